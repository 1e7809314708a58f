# find_package(tomcheck) gives the targets tomcheck::tomcheck (shared) and, where it was installed, tomcheck::static.
# It lies in PREFIX/share/cmake/tomcheck; where the libraries of PREFIX are depends on the system.
get_filename_component(_tomcheck_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
foreach(_tomcheck_folder "lib/${CMAKE_LIBRARY_ARCHITECTURE}" lib64 lib)
  if(EXISTS "${_tomcheck_prefix}/${_tomcheck_folder}/libtomcheck.so")
    set(_tomcheck_libraries "${_tomcheck_prefix}/${_tomcheck_folder}")
    break()
  endif()
endforeach()

if(NOT _tomcheck_libraries)
  set(tomcheck_FOUND FALSE)
  set(tomcheck_NOT_FOUND_MESSAGE "libtomcheck.so is nowhere below ${_tomcheck_prefix}")
  return()
endif()

if(NOT TARGET tomcheck::tomcheck)
  add_library(tomcheck::tomcheck SHARED IMPORTED)
  set_target_properties(tomcheck::tomcheck PROPERTIES
    IMPORTED_LOCATION "${_tomcheck_libraries}/libtomcheck.so"
    INTERFACE_INCLUDE_DIRECTORIES "${_tomcheck_prefix}/include")
endif()

if(NOT TARGET tomcheck::static AND EXISTS "${_tomcheck_libraries}/libtomcheck.a")
  add_library(tomcheck::static STATIC IMPORTED)
  set_target_properties(tomcheck::static PROPERTIES
    IMPORTED_LOCATION "${_tomcheck_libraries}/libtomcheck.a"
    INTERFACE_LINK_LIBRARIES "gcc_s;util;rt;pthread;m;dl"
    INTERFACE_INCLUDE_DIRECTORIES "${_tomcheck_prefix}/include")
endif()

unset(_tomcheck_folder)
unset(_tomcheck_libraries)
unset(_tomcheck_prefix)
