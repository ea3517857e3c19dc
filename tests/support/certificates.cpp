// SPDX-License-Identifier: Apache-2.0
#include "certificates.hpp"

#include <fstream>
#include <vector>

#include "child_process.hpp"

namespace mynah_test {

certificate_authority::certificate_authority(const std::string& limits)
    : file_(directory_.file("ca.pem")) {
  std::vector<std::string> limited;
  if (!limits.empty()) limited = {"-addext", "nameConstraints=" + limits};
  openssl({"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
           "-days", "2", "-subj", "/CN=mynah test authority", "-keyout", directory_.file("ca.key"),
           "-out", file_},
          limited);
}

certificate certificate_authority::issue(const std::string& names, int days) {
  const std::string base = "server" + std::to_string(++issued_);
  certificate made(directory_.file(base + ".pem"), directory_.file(base + ".key"));
  const std::string request = directory_.file(base + ".csr");
  const std::string extensions =
      directory_.write(base + ".ext", (names.empty() ? "" : "subjectAltName=" + names + "\n") +
                                          "basicConstraints=CA:FALSE\n");
  openssl({"req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj",
           "/CN=" + base, "-keyout", made.key_file, "-out", request});
  openssl({"x509", "-req", "-in", request, "-CA", file_, "-CAkey", directory_.file("ca.key"),
           "-CAcreateserial", "-days", std::to_string(days), "-extfile", extensions, "-out",
           made.file});
  return made;
}

certificate certificate_authority::self_signed(const std::string& names,
                                               const std::string& signature) {
  const std::string base = "alone" + std::to_string(++issued_);
  certificate made(directory_.file(base + ".pem"), directory_.file(base + ".key"));
  std::vector<std::string> key = {"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                                  "-" + signature};
  // Which has its hash inside.
  if (signature == "ed25519") key = {"-newkey", signature};
  openssl({"req", "-x509", "-nodes", "-days", "2", "-subj", "/CN=" + base, "-addext",
           "subjectAltName=" + names, "-keyout", made.key_file, "-out", made.file},
          key);
  return made;
}

certificate certificate_authority::encrypted(const certificate& of) {
  certificate made(of.file, directory_.file("locked" + std::to_string(++issued_) + ".key"));
  openssl({"pkcs8", "-topk8", "-in", of.key_file, "-out", made.key_file, "-passout", "pass:hush"});
  return made;
}

std::string fingerprint_of(const std::string& file, const std::string& hash) {
  const temp_directory directory;
  const std::string output = directory.file("fingerprint");
  run_program({"openssl", "x509", "-in", file, "-noout", "-fingerprint", "-" + hash}, output);
  // "sha256 Fingerprint=AB:CD:..."
  std::string line;
  std::ifstream read(output);
  std::getline(read, line);
  return line.substr(line.find('=') + 1);
}

void certificate_authority::openssl(std::vector<std::string> arguments,
                                    const std::vector<std::string>& more) {
  arguments.insert(arguments.begin(), "openssl");
  arguments.insert(arguments.end(), more.begin(), more.end());
  run_program(arguments, directory_.file("openssl.log"));
}

}  // namespace mynah_test
