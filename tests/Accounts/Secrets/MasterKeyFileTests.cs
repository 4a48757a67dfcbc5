using System.Runtime.Versioning;
using System.Text;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Secrets;

namespace Hpc.Accounts.Tests.Secrets;

[UnsupportedOSPlatform("windows")]
public sealed class MasterKeyFileTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("hpc-key-");

    private string Key => Path.Combine(_directory.FullName, "secrets.key");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void The_key_is_made_once_and_read_from_then_on()
    {
        using MasterKey first = MasterKeyFile.Open(Key);
        string text = File.ReadAllText(Key);
        using MasterKey second = MasterKeyFile.Open(Key);

        Convert.FromBase64String(text.TrimEnd('\n')).Length.ShouldBe(32);
        File.ReadAllText(Key).ShouldBe(text);
        File.GetUnixFileMode(Key).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        _directory.GetFileSystemInfos().Length.ShouldBe(1);
        ShouldBeTheSame(first, second);
    }

    [Theory]
    [InlineData("x", true)]
    [InlineData("fifteen letters", true)]
    [InlineData("sixteen letters.", false)]
    public void A_short_key_of_another_server_works_and_is_known_for_one(string text, bool isShort)
    {
        File.WriteAllText(Key, text + "\n");
        File.SetUnixFileMode(Key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using MasterKey key = MasterKeyFile.Open(Key);
        key.IsShort.ShouldBe(isShort);
    }

    [Fact]
    public void Processes_that_start_at_once_have_one_key()
    {
        var keys = new MasterKey[8];
        Parallel.For(0, keys.Length, i => keys[i] = MasterKeyFile.Open(Key));
        foreach (MasterKey key in keys)
        {
            ShouldBeTheSame(keys[0], key);
            key.ToString().ShouldBe("***");
        }

        _directory.GetFileSystemInfos().Length.ShouldBe(1);
    }

    [Fact]
    public void A_key_brought_along_is_used_as_it_is_but_for_the_space_around_it()
    {
        Write("  my own key\r\n", UnixFileMode.UserRead);
        using MasterKey key = MasterKeyFile.Open(Key);
        using var same = new MasterKey("my own key"u8);
        ShouldBeTheSame(key, same);
    }

    [Theory]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    [InlineData(UnixFileMode.GroupWrite)]
    public void A_key_that_others_may_read_or_change_is_refused(UnixFileMode more)
    {
        Write("my own key", UnixFileMode.UserRead | UnixFileMode.UserWrite | more);
        Should.Throw<MasterKeyException>(() => MasterKeyFile.Open(Key)).Message.ShouldContain("chmod 600");
    }

    [Fact]
    public void A_group_may_read_it()
    {
        Write("my own key", UnixFileMode.UserRead | UnixFileMode.GroupRead);
        MasterKeyFile.Open(Key).Dispose();
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData(" \n", "is empty")]
    [InlineData(null, "is longer")]
    public void A_file_that_holds_no_key_is_refused_and_left_as_it_is(string? text, string reason)
    {
        text ??= new string('x', 4097);
        Write(text, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Should.Throw<MasterKeyException>(() => MasterKeyFile.Open(Key)).Message.ShouldContain(reason);
        File.ReadAllText(Key).ShouldBe(text);
    }

    [Fact]
    public void A_directory_that_is_not_there_or_in_the_files_place_is_an_error_that_names_the_file()
    {
        string nowhere = Path.Combine(_directory.FullName, "missing", "secrets.key");
        Should.Throw<MasterKeyException>(() => MasterKeyFile.Open(nowhere)).Message.ShouldContain(nowhere);
        Should.Throw<MasterKeyException>(() => MasterKeyFile.Open(_directory.FullName)).Message.ShouldContain(_directory.FullName);
    }

    private void Write(string text, UnixFileMode mode)
    {
        File.WriteAllBytes(Key, Encoding.UTF8.GetBytes(text));
        File.SetUnixFileMode(Key, mode);
    }

    private static void ShouldBeTheSame(MasterKey left, MasterKey right)
    {
        Secret secret = new LocalSecretProtector(left).Protect(new Secret { Status = SecretStatus.Plain, Payload = "value" }, "alice");
        new LocalSecretProtector(right).TryReveal(secret, out string? value).ShouldBeTrue();
        value.ShouldBe("value");
    }
}
