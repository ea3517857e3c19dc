# SPDX-License-Identifier: Apache-2.0
# GNU libidn has only a pkg-config file. Defines libidn::libidn.
find_package(PkgConfig QUIET)
if(PkgConfig_FOUND)
  pkg_check_modules(PC_LIBIDN QUIET libidn)
endif()
find_path(libidn_INCLUDE_DIR stringprep.h HINTS ${PC_LIBIDN_INCLUDE_DIRS})
find_library(libidn_LIBRARY idn HINTS ${PC_LIBIDN_LIBRARY_DIRS})
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(libidn REQUIRED_VARS libidn_LIBRARY libidn_INCLUDE_DIR)
if(libidn_FOUND AND NOT TARGET libidn::libidn)
  add_library(libidn::libidn UNKNOWN IMPORTED)
  set_target_properties(libidn::libidn PROPERTIES
    IMPORTED_LOCATION "${libidn_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${libidn_INCLUDE_DIR}")
  if(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL)
    set_target_properties(libidn::libidn PROPERTIES IMPORTED_GLOBAL TRUE)
  endif()
endif()
mark_as_advanced(libidn_INCLUDE_DIR libidn_LIBRARY)
