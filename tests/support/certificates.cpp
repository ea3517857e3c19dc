// SPDX-License-Identifier: Apache-2.0
#include "certificates.hpp"

#include <vector>

#include "child_process.hpp"

namespace mynah_test {

certificate_authority::certificate_authority() : file_(directory_.file("ca.pem")) {
  openssl({"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
           "-days", "2", "-subj", "/CN=mynah test authority", "-keyout", directory_.file("ca.key"),
           "-out", file_});
}

certificate certificate_authority::issue(const std::string& names) {
  const std::string base = "server" + std::to_string(++issued_);
  certificate made(directory_.file(base + ".pem"), directory_.file(base + ".key"));
  const std::string request = directory_.file(base + ".csr");
  const std::string extensions =
      directory_.write(base + ".ext", "subjectAltName=" + names + "\nbasicConstraints=CA:FALSE\n");
  openssl({"req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj",
           "/CN=" + base, "-keyout", made.key_file, "-out", request});
  openssl({"x509", "-req", "-in", request, "-CA", file_, "-CAkey", directory_.file("ca.key"),
           "-CAcreateserial", "-days", "2", "-extfile", extensions, "-out", made.file});
  return made;
}

void certificate_authority::openssl(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "openssl");
  run_program(arguments, directory_.file("openssl.log"));
}

}  // namespace mynah_test
