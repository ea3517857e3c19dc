# SPDX-License-Identifier: Apache-2.0
# Every library of somebody else that mynah links: how the build and the installed package find it,
# and what its Debian package is called. A library is only looked up when a target that links it is
# built, or when the component that needs it is asked for.

# mynah_third_party(<target> FIND <find_package arguments> [PKGCONFIG <module>] [DEBIAN <package>])
# PKGCONFIG and DEBIAN are empty for what the compiler brings along.
macro(mynah_third_party target)
  cmake_parse_arguments(_mynah_tp "" "PKGCONFIG;DEBIAN" "FIND" ${ARGN})
  set_property(GLOBAL PROPERTY "MYNAH_FIND_${target}" "${_mynah_tp_FIND}")
  set_property(GLOBAL PROPERTY "MYNAH_PKGCONFIG_${target}" "${_mynah_tp_PKGCONFIG}")
  set_property(GLOBAL PROPERTY "MYNAH_DEBIAN_${target}" "${_mynah_tp_DEBIAN}")
endmacro()

# CONFIG, because CMake 3.30 warns about its own FindBoost.
mynah_third_party(Boost::headers FIND Boost 1.81 CONFIG
  DEBIAN "libboost-dev (>= 1.81) | libboost1.81-dev")
mynah_third_party(Threads::Threads FIND Threads)
mynah_third_party(OpenSSL::SSL FIND OpenSSL 3 PKGCONFIG libssl DEBIAN libssl-dev)
mynah_third_party(OpenSSL::Crypto FIND OpenSSL 3 PKGCONFIG libcrypto DEBIAN libssl-dev)
mynah_third_party(fmt::fmt FIND fmt 9 PKGCONFIG fmt DEBIAN libfmt-dev)
mynah_third_party(re2::re2 FIND re2 PKGCONFIG re2 DEBIAN libre2-dev)
mynah_third_party(nlohmann_json::nlohmann_json FIND nlohmann_json 3.11 CONFIG
  DEBIAN nlohmann-json3-dev)
mynah_third_party(libedit::libedit FIND libedit PKGCONFIG libedit DEBIAN libedit-dev)
mynah_third_party(libidn::libidn FIND libidn PKGCONFIG libidn DEBIAN libidn-dev)
mynah_third_party(EXPAT::EXPAT FIND EXPAT 2.5 PKGCONFIG expat DEBIAN libexpat1-dev)
mynah_third_party(cares::cares FIND cares PKGCONFIG libcares DEBIAN libc-ares-dev)
mynah_third_party(date::date FIND date CONFIG DEBIAN libhowardhinnant-date-dev)
mynah_third_party(date::date-tz FIND date CONFIG DEBIAN libhowardhinnant-date-dev)
mynah_third_party(CLI11::CLI11 FIND CLI11 2.1 CONFIG DEBIAN libcli11-dev)
mynah_third_party(SQLite::SQLite3 FIND SQLite3 3.40 PKGCONFIG sqlite3 DEBIAN libsqlite3-dev)
mynah_third_party(spdlog::spdlog FIND spdlog 1.10 CONFIG DEBIAN libspdlog-dev)

# mynah_find(<library> ...): makes sure that those of them which are somebody else's are found.
macro(mynah_find)
  foreach(_mynah_library ${ARGN})
    if(NOT TARGET ${_mynah_library})
      get_property(_mynah_find GLOBAL PROPERTY "MYNAH_FIND_${_mynah_library}")
      if(_mynah_find)
        # Global, because a static library's own needs are linked wherever it is linked.
        set(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL ON)
        find_package(${_mynah_find} REQUIRED)
        unset(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL)
      endif()
    endif()
  endforeach()
endmacro()
