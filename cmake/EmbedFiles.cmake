# tandem_embed(target NAMESPACE header-name files…): compiles files into the target as
#   namespace NAMESPACE { struct EmbeddedFile { std::string_view name, content; }; span files(); }
# Raw string literals end at 64 KiB in some compilers, so long files are cut into pieces.
function(tandem_embed target namespace function)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/${function}.cc)
  add_custom_command(OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} -DOUT=${out} -DNAMESPACE=${namespace} -DFUNCTION=${function}
            "-DFILES=${ARGN}" -DDIR=${CMAKE_CURRENT_SOURCE_DIR}
            -P ${PROJECT_SOURCE_DIR}/cmake/WriteEmbedded.cmake
    DEPENDS ${ARGN} ${PROJECT_SOURCE_DIR}/cmake/WriteEmbedded.cmake VERBATIM)
  target_sources(${target} PRIVATE ${out})
endfunction()
