# SPDX-License-Identifier: Apache-2.0
# What `cmake --install` puts where: libraries, headers, CMake package, pkg-config files, micro-bot.
#
# Install components: `dev` (headers, static libraries, package files), `runtime` (shared libraries),
# `micro-bot`. What a consumer must look up is read from the targets themselves, so that a plugin
# that links one more library needs no change here.
include(CMakePackageConfigHelpers)

# The entries of a target's link interface, one by one, generator expressions taken off. Entries for
# the build only disappear.
function(mynah_interface_libraries target result)
  get_target_property(entries ${target} INTERFACE_LINK_LIBRARIES)
  set(libraries "")
  foreach(entry IN LISTS entries)
    if(entry MATCHES "^\\$<LINK_ONLY:(.*)>$")
      set(entry "${CMAKE_MATCH_1}")
    endif()
    if(entry MATCHES "^\\$<BUILD_INTERFACE:" OR NOT entry OR entry MATCHES "^::@")
      continue()
    endif()
    if(TARGET ${entry})
      get_target_property(aliased ${entry} ALIASED_TARGET)
      if(aliased)
        set(entry ${aliased})
      endif()
    endif()
    list(APPEND libraries "${entry}")
  endforeach()
  list(REMOVE_DUPLICATES libraries)
  set(${result} "${libraries}" PARENT_SCOPE)
endfunction()

function(mynah_install)
  set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/mynah")
  get_property(libraries GLOBAL PROPERTY MYNAH_LIBRARIES)
  get_property(plugins GLOBAL PROPERTY MYNAH_PLUGINS)
  get_property(header_roots GLOBAL PROPERTY MYNAH_HEADER_ROOTS)
  list(REMOVE_DUPLICATES header_roots)

  # The network tools are no component: a static core or plugin merely drags them along, and a
  # shared one has them inside. They come with the core, because the two need each other.
  set(components ${libraries})
  list(REMOVE_ITEM components net)
  # So it is with DNS and SASL, which only some plugins need: of a static build they are components of
  # their own.
  if(BUILD_SHARED_LIBS)
    list(REMOVE_ITEM components dns sasl)
  endif()

  # Relative, so that the installed tree can be moved.
  file(RELATIVE_PATH mynah_pc_to_prefix
    "/prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/prefix")
  string(REGEX REPLACE "/$" "" mynah_pc_to_prefix "${mynah_pc_to_prefix}")
  set(table "")
  set(debian_depends "")
  foreach(component IN LISTS components)
    set(members ${component})
    if(component STREQUAL "core" AND NOT BUILD_SHARED_LIBS)
      list(APPEND members net)
    endif()
    list(TRANSFORM members PREPEND mynah_ OUTPUT_VARIABLE targets)
    install(TARGETS ${targets} EXPORT mynah-${component}
      ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT dev
      LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT runtime NAMELINK_COMPONENT dev
      INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
    install(EXPORT mynah-${component} NAMESPACE mynah:: FILE mynah-${component}-targets.cmake
      DESTINATION ${package_dir} COMPONENT dev)

    set(needs "")
    set(finds "")
    set(pc_requires "")
    set(pc_libs "")
    foreach(target IN LISTS targets)
      get_target_property(file ${target} OUTPUT_NAME)
      string(APPEND pc_libs " -l${file}")
      mynah_interface_libraries(${target} used)
      foreach(library IN LISTS used)
        if(library IN_LIST targets)
          continue()
        elseif(library MATCHES "^mynah_(.*)$")
          set(needed ${CMAKE_MATCH_1})
          if(needed STREQUAL "net")
            set(needed core)
          endif()
          list(APPEND needs ${needed})
          if(needed STREQUAL "core")
            list(APPEND pc_requires mynah)
          else()
            list(APPEND pc_requires mynah-${needed})
          endif()
          continue()
        endif()
        get_property(find GLOBAL PROPERTY "MYNAH_FIND_${library}")
        if(NOT find)
          message(FATAL_ERROR "mynah_${component} links '${library}', but cmake/MynahDependencies.cmake "
            "does not say how users of the installed package find it")
        endif()
        string(REPLACE ";" " " find "${find}")
        list(APPEND finds "${find}")
        get_property(module GLOBAL PROPERTY "MYNAH_PKGCONFIG_${library}")
        if(module)
          list(APPEND pc_requires ${module})
        elseif(library STREQUAL "Threads::Threads")
          string(APPEND pc_libs " -pthread")
        elseif(NOT library STREQUAL "Boost::headers")
          # No pkg-config file of its own: its library is named here.
          foreach(suffix IN ITEMS "" _NONE _RELEASE)
            get_target_property(path ${library} IMPORTED_LOCATION${suffix})
            if(path)
              get_filename_component(file "${path}" NAME_WE)
              string(REGEX REPLACE "^lib" " -l" flag "${file}")
              string(APPEND pc_libs "${flag}")
              break()
            endif()
          endforeach()
        endif()
        get_property(debian GLOBAL PROPERTY "MYNAH_DEBIAN_${library}")
        list(APPEND debian_depends ${debian})
      endforeach()
    endforeach()
    if(component STREQUAL "core" AND NOT BUILD_SHARED_LIBS)
      # The core and the network tools need each other. A group, because pkg-config takes repeated
      # libraries out.
      string(PREPEND pc_libs " -Wl,--start-group")
      string(APPEND pc_libs " -Wl,--end-group")
    endif()
    foreach(list IN ITEMS needs finds pc_requires)
      list(REMOVE_DUPLICATES ${list})
    endforeach()
    string(APPEND table "set(_mynah_needs_${component} \"${needs}\")\n")
    string(APPEND table "set(_mynah_finds_${component} \"${finds}\")\n")

    if(component STREQUAL "core")
      set(pc_name mynah)
      set(pc_description "${PROJECT_DESCRIPTION}")
    else()
      set(pc_name mynah-${component})
      set(pc_description "mynah: ${component}")
    endif()
    list(JOIN pc_requires ", " pc_requires)
    configure_file("${PROJECT_SOURCE_DIR}/cmake/mynah.pc.in"
      "${PROJECT_BINARY_DIR}/package/${pc_name}.pc" @ONLY)
    install(FILES "${PROJECT_BINARY_DIR}/package/${pc_name}.pc"
      DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT dev)
  endforeach()

  foreach(root IN LISTS header_roots)
    install(DIRECTORY "${root}/" DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT dev
      FILES_MATCHING PATTERN "*.hpp")
  endforeach()

  set(mynah_doc_dir "${CMAKE_INSTALL_DOCDIR}")
  configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/mynahConfig.cmake.in"
    "${PROJECT_BINARY_DIR}/package/mynahConfig.cmake"
    INSTALL_DESTINATION ${package_dir} PATH_VARS mynah_doc_dir)
  write_basic_package_version_file("${PROJECT_BINARY_DIR}/package/mynahConfigVersion.cmake"
    VERSION ${PROJECT_VERSION} COMPATIBILITY SameMinorVersion)
  install(FILES
    "${PROJECT_BINARY_DIR}/package/mynahConfig.cmake"
    "${PROJECT_BINARY_DIR}/package/mynahConfigVersion.cmake"
    "${PROJECT_SOURCE_DIR}/cmake/MynahLinkPlugins.cmake"
    "${PROJECT_SOURCE_DIR}/cmake/MynahCompilerNotice.cmake"
    "${PROJECT_SOURCE_DIR}/cmake/Findre2.cmake"
    "${PROJECT_SOURCE_DIR}/cmake/Findlibedit.cmake"
    "${PROJECT_SOURCE_DIR}/cmake/Findlibidn.cmake"
    "${PROJECT_SOURCE_DIR}/cmake/Findcares.cmake"
    DESTINATION ${package_dir} COMPONENT dev)
  install(FILES
    "${PROJECT_SOURCE_DIR}/README.md"
    "${PROJECT_SOURCE_DIR}/CHANGELOG.md"
    "${PROJECT_SOURCE_DIR}/LICENSE"
    "${PROJECT_SOURCE_DIR}/docs/coroutines.md"
    "${PROJECT_SOURCE_DIR}/docs/settings.md"
    "${PROJECT_SOURCE_DIR}/docs/architecture.md"
    "${PROJECT_SOURCE_DIR}/docs/durability.md"
    "${PROJECT_SOURCE_DIR}/docs/testing.md"
    "${PROJECT_SOURCE_DIR}/docs/irc-in-five-minutes.md"
    "${PROJECT_SOURCE_DIR}/docs/irc-security.md"
    "${PROJECT_SOURCE_DIR}/docs/slack-in-ten-minutes.md"
    "${PROJECT_SOURCE_DIR}/docs/slack-security.md"
    "${PROJECT_SOURCE_DIR}/docs/xmpp-with-prosody.md"
    "${PROJECT_SOURCE_DIR}/docs/xmpp-security.md"
    "${PROJECT_SOURCE_DIR}/docs/mynah.doap"
    DESTINATION ${mynah_doc_dir} COMPONENT dev)

  if(TARGET micro-bot)
    install(TARGETS micro-bot RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT micro-bot)
  endif()

  if(PROJECT_IS_TOP_LEVEL)
    list(REMOVE_DUPLICATES debian_depends)
    mynah_packages("${debian_depends}")
  endif()
endfunction()

# `cpack` makes libmynah-dev, micro-bot and, of a shared build, libmynah<version>.
function(mynah_packages debian_depends)
  set(soname "${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}")
  set(CPACK_GENERATOR DEB)
  set(CPACK_PACKAGE_NAME mynah)
  set(CPACK_PACKAGE_VENDOR mynah)
  set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
  set(CPACK_PACKAGE_VERSION "${PROJECT_VERSION}")
  set(CPACK_RESOURCE_FILE_LICENSE "${PROJECT_SOURCE_DIR}/LICENSE")
  set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
  set(CPACK_STRIP_FILES ON)
  set(CPACK_DEB_COMPONENT_INSTALL ON)
  set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
  set(CPACK_DEBIAN_PACKAGE_MAINTAINER "The mynah authors <mynah@localhost>")
  set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
  set(CPACK_COMPONENTS_ALL dev)
  if(TARGET micro-bot)
    list(APPEND CPACK_COMPONENTS_ALL micro-bot)
  endif()

  list(JOIN debian_depends ", " depends)
  set(CPACK_DEBIAN_DEV_PACKAGE_NAME libmynah-dev)
  set(CPACK_DEBIAN_DEV_PACKAGE_SECTION libdevel)
  set(CPACK_DEBIAN_DEV_PACKAGE_SHLIBDEPS OFF)
  set(CPACK_DEBIAN_DEV_PACKAGE_DEPENDS "${depends}")
  set(CPACK_DEBIAN_MICRO-BOT_PACKAGE_NAME micro-bot)
  set(CPACK_DEBIAN_MICRO-BOT_PACKAGE_SECTION net)
  set(CPACK_DEBIAN_MICRO-BOT_DESCRIPTION "Bot for the console and IRC, built with mynah")
  if(BUILD_SHARED_LIBS)
    list(APPEND CPACK_COMPONENTS_ALL runtime)
    set(CPACK_DEBIAN_RUNTIME_PACKAGE_NAME libmynah${soname})
    set(CPACK_DEBIAN_RUNTIME_PACKAGE_SECTION libs)
    set(CPACK_DEBIAN_RUNTIME_PACKAGE_GENERATE_SHLIBS ON)
    set(CPACK_DEBIAN_DEV_PACKAGE_DEPENDS "${depends}, libmynah${soname} (= ${PROJECT_VERSION})")
    set(CPACK_DEBIAN_MICRO-BOT_PACKAGE_DEPENDS "libmynah${soname} (= ${PROJECT_VERSION})")
    # The libraries of this build are what micro-bot's dependencies are read from.
    set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS "${PROJECT_BINARY_DIR}")
  endif()
  include(CPack)
endfunction()
