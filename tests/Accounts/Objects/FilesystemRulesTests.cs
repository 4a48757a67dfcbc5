using Hpc.Accounts.Objects;
using Hpc.Accounts.Objects.Validation;
using Shouldly;

namespace Hpc.Accounts.Tests.Objects;

public sealed class FilesystemRulesTests
{
    private static Secret Plain => new() { Status = "Plain", Payload = "x" };

    private static string[] Wrong(FilesystemConfig value, out FilesystemConfig clean)
    {
        var errors = new ErrorList();
        clean = FilesystemRules.Check("fs", value, null, isRestore: false, errors);
        return [.. errors.Errors.Select(error => error.Path)];
    }

    private static string[] Wrong(FilesystemConfig value) => Wrong(value, out _);

    [Fact]
    public void S3()
    {
        Wrong(new() { Provider = 1 }).ShouldBe(["fs.s3config.bucket", "fs.s3config.region"]);
        Wrong(new() { Provider = 1, S3 = new() { Bucket = "b", Region = "r" } }).ShouldBeEmpty();
        Wrong(new() { Provider = 1, S3 = new() { Bucket = "b", Endpoint = "http://minio:9000", AccessKey = "k", AccessSecret = Plain, UploadPartSize = 5, UploadConcurrency = 64, KeyPrefix = "a" } }, out FilesystemConfig clean).ShouldBeEmpty();
        clean.S3.KeyPrefix.ShouldBe("a/");
        Wrong(new() { Provider = 1, S3 = new() { Bucket = "b", Region = "r", AccessKey = "k", UploadPartSize = 4, DownloadPartSize = 5001, UploadConcurrency = 65, Endpoint = "ftp://x", KeyPrefix = "/a" } })
            .ShouldBe(["fs.s3config.access_secret", "fs.s3config.upload_part_size", "fs.s3config.download_part_size", "fs.s3config.upload_concurrency", "fs.s3config.endpoint", "fs.s3config.key_prefix"], ignoreOrder: true);
    }

    [Fact]
    public void Google()
    {
        Wrong(new() { Provider = 2 }).ShouldBe(["fs.gcsconfig.bucket", "fs.gcsconfig.credentials"]);
        Wrong(new() { Provider = 2, Gcs = new() { Bucket = "b", AutomaticCredentials = 1 } }).ShouldBeEmpty();
    }

    [Fact]
    public void Azure()
    {
        Wrong(new() { Provider = 3 }).ShouldBe(["fs.azblobconfig.container", "fs.azblobconfig.account_name", "fs.azblobconfig.account_key"]);
        Wrong(new() { Provider = 3, AzureBlob = new() { SasUrl = Plain, AccessTier = "Cool" } }).ShouldBeEmpty();
        Wrong(new() { Provider = 3, AzureBlob = new() { SasUrl = Plain, AccessTier = "Warm" } }).ShouldBe(["fs.azblobconfig.access_tier"]);
    }

    [Fact]
    public void Sftp()
    {
        Wrong(new() { Provider = 5 }).ShouldBe(["fs.sftpconfig.endpoint", "fs.sftpconfig.username", "fs.sftpconfig.password"]);
        Wrong(new() { Provider = 5, Sftp = new() { Endpoint = "h", Username = "u", PrivateKey = Plain, BufferSize = 17, Fingerprints = ["x"], EqualityCheckMode = 2 } }, out FilesystemConfig clean)
            .ShouldBe(["fs.sftpconfig.buffer_size", "fs.sftpconfig.equality_check_mode", "fs.sftpconfig.fingerprints[0]"]);
        (clean.Sftp.Endpoint, clean.Sftp.Prefix).ShouldBe(("h:22", "/"));
    }

    [Theory]
    [InlineData("h:2022", true)]
    [InlineData("[::1]:22", true)]
    [InlineData("192.0.2.1", true)]
    [InlineData("h:99999", false)]
    [InlineData("u@h", false)]
    [InlineData("h/x", false)]
    [InlineData("h\n", false)]
    public void Hosts(string value, bool isValid) => EndpointRules.IsHostAndPort(value, out _).ShouldBe(isValid);

    [Fact]
    public void Http()
    {
        Wrong(new() { Provider = 6 }).ShouldBe(["fs.httpconfig.endpoint"]);
        Wrong(new() { Provider = 6, Http = new() { Endpoint = "https://u:p@h/" } }).ShouldBe(["fs.httpconfig.endpoint"]);
        Wrong(new() { Provider = 6, Http = new() { Endpoint = "http://unix?socket_path=%2Frun%2Fx" } }).ShouldBeEmpty();
    }

    [Fact]
    public void Only_the_chosen_backend_is_kept()
    {
        Wrong(new() { Provider = 0, Os = new() { ReadBufferSize = 3 }, S3 = new() { Bucket = "b", AccessSecret = Plain } }, out FilesystemConfig clean).ShouldBeEmpty();

        clean.ShouldBe(new() { Os = new() { ReadBufferSize = 3 } });
        Wrong(new() { Os = new() { WriteBufferSize = 11 } }).ShouldBe(["fs.osconfig.write_buffer_size"]);
        Wrong(new() { Provider = 4, Crypt = new() { Passphrase = Plain, ReadBufferSize = -1 } }).ShouldBe(["fs.cryptconfig.read_buffer_size"]);
    }
}
