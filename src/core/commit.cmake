# Writes commit.cpp anew where the commit of the checkout, or whether files differ from it, has changed. Run by every
# build: what a configure step saw is old after the next commit.
#   cmake -DSOURCE=... -DTEMPLATE=commit.cpp.in -DOUTPUT=commit.cpp -P commit.cmake
execute_process(COMMAND git -C ${SOURCE} describe --always --dirty --exclude=* --abbrev=12
  OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
if(failed)
  set(commit "")
endif()
configure_file(${TEMPLATE} ${OUTPUT} @ONLY)
