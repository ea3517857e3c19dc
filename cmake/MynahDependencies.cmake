# SPDX-License-Identifier: Apache-2.0
# What the library itself needs. Included by the build and by the installed package.
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(fmt 9 REQUIRED)
find_package(re2 REQUIRED)
