# SPDX-License-Identifier: Apache-2.0
# Diagnostics in English, whatever the user's language.
set(ENV{LC_ALL} C)
set(flags -std=c++20 -fsyntax-only -Wall -Werror)
foreach(directory IN LISTS include)
  list(APPEND flags -isystem ${directory})
endforeach()
file(STRINGS ${source} expected REGEX "^// expect: ")
if(NOT expected)
  message(FATAL_ERROR "${source} says nowhere what it expects (// expect: <regular expression>)")
endif()
string(REGEX REPLACE "^// expect: " "" expected "${expected}")

execute_process(COMMAND ${compiler} ${flags} -DMYNAH_CORRECT ${source}
  RESULT_VARIABLE failed ERROR_VARIABLE errors)
if(failed)
  message(FATAL_ERROR "the correct form does not compile:\n${errors}")
endif()
execute_process(COMMAND ${compiler} ${flags} ${source}
  RESULT_VARIABLE failed ERROR_VARIABLE errors)
if(NOT failed)
  message(FATAL_ERROR "compiles, but must not: ${source}")
endif()
if(NOT errors MATCHES "${expected}")
  message(FATAL_ERROR "fails for another reason than '${expected}':\n${errors}")
endif()
