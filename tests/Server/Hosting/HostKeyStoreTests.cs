using Hpc.Crypto.Keys;
using Hpc.Server.Configuration;
using Hpc.Server.Hosting;
using Hpc.Server.Tests.Support;

namespace Hpc.Server.Tests.Hosting;

public sealed class HostKeyStoreTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly LineLogger<HostKeyStoreTests> _logger = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Missing_keys_are_made_for_their_owner_alone_and_stay()
    {
        FileSystemCall.ClearUmask();
        string path = _directory["hostkeys"];
        IReadOnlyList<SshPrivateKey> made = HostKeyStore.LoadOrCreate(path, _logger);
        made.Select(key => key.PublicKey.KeyType).ShouldBe(["ssh-ed25519", "ssh-rsa"]);
        made[1].PublicKey.Bits.ShouldBe(3072);
        File.GetUnixFileMode(path).ShouldBe(PrivateFile.DirectoryMode);
        foreach (string name in new[] { "ssh_host_ed25519_key", "ssh_host_rsa_key" })
        {
            File.GetUnixFileMode(Path.Combine(path, name)).ShouldBe(PrivateFile.FileMode);
            File.ReadAllText(Path.Combine(path, name)).ShouldStartWith("-----BEGIN OPENSSH PRIVATE KEY-----");
            File.ReadAllText(Path.Combine(path, name + ".pub")).ShouldStartWith("ssh-");
            File.GetUnixFileMode(Path.Combine(path, name + ".pub")).ShouldBe(PrivateFile.PublicMode);
        }

        Directory.GetFiles(path).Length.ShouldBe(4);
        _logger.Lines.Count.ShouldBe(2);

        IReadOnlyList<SshPrivateKey> read = HostKeyStore.LoadOrCreate(path, _logger);
        read.Select(Fingerprint).ShouldBe(made.Select(Fingerprint));
    }

    [Fact]
    public void A_key_that_others_can_read_is_refused_with_how_to_mend_it()
    {
        string path = Create("ssh_host_ed25519_key", "ssh-ed25519");
        File.SetUnixFileMode(path, PrivateFile.FileMode | UnixFileMode.GroupRead);
        Should.Throw<ConfigurationException>(() => HostKeyStore.Load(_directory.Path)).Message.ShouldBe(
            $"ssh.host_keys: {path} has mode 0640, so others may use the key; mend it with: chmod 600 '{path}'");
    }

    [Fact]
    public void A_damaged_key_is_refused_by_name()
    {
        string path = _directory["ssh_host_ed25519_key"];
        PrivateFile.Write(path, "rubbish"u8);
        Should.Throw<ConfigurationException>(() => HostKeyStore.Load(_directory.Path)).Message.ShouldStartWith($"ssh.host_keys: {path} cannot be read.");
    }

    [Fact]
    public void Own_keys_of_any_type_are_taken_and_none_is_added()
    {
        Create("ssh_host_ecdsa_key", "ecdsa-sha2-nistp256");
        HostKeyStore.LoadOrCreate(_directory.Path, _logger).Single().PublicKey.KeyType.ShouldBe("ecdsa-sha2-nistp256");
    }

    [Fact]
    public void Keys_that_cannot_all_be_written_are_not_made_at_all()
    {
        Directory.CreateDirectory(_directory["ssh_host_rsa_key.new"]);
        Should.Throw<ConfigurationException>(() => HostKeyStore.LoadOrCreate(_directory.Path, _logger)).Message.ShouldStartWith("ssh.host_keys: found");
        Directory.GetFiles(_directory.Path).ShouldBeEmpty();
        Directory.Delete(_directory["ssh_host_rsa_key.new"]);
        HostKeyStore.LoadOrCreate(_directory.Path, _logger).Count.ShouldBe(2);
    }

    [Fact]
    public void The_second_key_is_made_where_only_the_first_is_there_and_the_log_says_so()
    {
        string path = Create("ssh_host_ed25519_key", "ssh-ed25519");
        byte[] before = File.ReadAllBytes(path);
        HostKeyStore.LoadOrCreate(_directory.Path, _logger).Select(key => key.PublicKey.KeyType).ShouldBe(["ssh-ed25519", "ssh-rsa"]);
        File.ReadAllBytes(path).ShouldBe(before);
        _logger.Lines.ShouldBe([$"created the host key {_directory["ssh_host_rsa_key"]}"]);
    }

    [Fact]
    public void Nothing_is_added_to_keys_that_somebody_chose()
    {
        Create("ssh_host_ed25519_key", "ssh-ed25519");
        Create("ssh_host_ecdsa_key", "ecdsa-sha2-nistp256");
        HostKeyStore.LoadOrCreate(_directory.Path, _logger).Count.ShouldBe(2);
        _logger.Lines.ShouldBeEmpty();
    }

    private static string Fingerprint(SshPrivateKey key) => OpenSshPublicKey.Fingerprint(key.PublicKey.Blob.Span);

    private string Create(string name, string type)
    {
        using SshPrivateKey key = SshPrivateKeys.Generate(type);
        PrivateFile.Write(_directory[name], System.Text.Encoding.ASCII.GetBytes(OpenSshPrivateKeyFile.Write(key)));
        return _directory[name];
    }
}
