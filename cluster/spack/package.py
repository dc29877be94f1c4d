# License: Apache License 2.0, as switch-dist itself.
#
# A recipe for Spack on the archive that launch/package makes. Put this file into
# packages/switch_dist (packages/switch-dist before Spack 1.0) of a repository of your own, the
# archive beside it, and what its .sha256 file says as sha256="..." behind the version; then:
#
#   spack install switch-dist ^openmpi@5

from spack.package import *


class SwitchDist(Package):
    """Semi-supervised ultrasound segmentation (Switch), trained over MPI ranks on CPUs, with the
    same result on any number of them."""

    homepage = "https://arxiv.org/abs/2603.18655"
    manual_download = True

    license("Apache-2.0")

    version("0.1.0")

    depends_on("openmpi@4:5", type=("link", "run"))
    requires("target=x86_64_v3:", msg="switch-dist needs x86-64 with AVX2")
    conflicts("platform=darwin", msg="the archive is for Linux")

    def url_for_version(self, version):
        return f"file://{join_path(self.package_dir, self.archive_name(version))}"

    def archive_name(self, version):
        return f"switch-dist-{version}-x86_64-linux.tar.gz"

    def install(self, spec, prefix):
        install_tree(".", prefix)

    def setup_run_environment(self, env):
        # The program has no path of one MPI library inside.
        env.prepend_path("LD_LIBRARY_PATH", self.spec["openmpi"].prefix.lib)

    @run_after("install")
    @on_package_attributes(run_tests=True)
    def check_results(self):
        Executable(self.prefix.bin.join("switch-dist"))("selftest")
