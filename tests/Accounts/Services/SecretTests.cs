using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;
using Shouldly;

namespace Hpc.Accounts.Tests.Services;

public sealed class SecretTests : ServicesTest
{
    private static Secret Plain(string text) => new() { Status = "Plain", Payload = text };

    private static FilesystemConfig Crypt(Secret passphrase) => new() { Provider = 4, Crypt = new() { Passphrase = passphrase } };

    [Fact]
    public async Task A_plain_secret_is_encrypted_for_its_object_and_shown_without_its_key()
    {
        User user = await AddUserAsync("alice", one => one with { Filesystem = Crypt(Plain("secret")) });

        user.Filesystem.Crypt.Passphrase.ShouldBe(new() { Status = "Secretbox", Payload = "terces", Key = "key", AdditionalData = "alice", Mode = 1 });
        Services.Users.Redact(user).Filesystem.Crypt.Passphrase.ShouldBe(new() { Status = "Secretbox", Payload = "terces" });
    }

    [Fact]
    public async Task A_redacted_or_shown_secret_keeps_the_stored_one() // R3.4
    {
        User user = await AddUserAsync("alice", one => one with { Filesystem = Crypt(Plain("secret")) });
        Secret stored = user.Filesystem.Crypt.Passphrase;

        Done(await Services.Users.UpdateAsync("alice", user with { Filesystem = Crypt(new() { Status = "Redacted" }) }, null, Root, Ct)).Filesystem.Crypt.Passphrase.ShouldBe(stored);
        Done(await Services.Users.UpdateAsync("alice", Services.Users.Redact(user), null, Root, Ct)).Filesystem.Crypt.Passphrase.ShouldBe(stored);
        Done(await Services.Users.UpdateAsync("alice", user with { Filesystem = Crypt(new() { Status = "Secretbox", Payload = "evil", Key = "x" }) }, null, Root, Ct)).Filesystem.Crypt.Passphrase.ShouldBe(stored);
        Done(await Services.Users.UpdateAsync("alice", user with { Filesystem = Crypt(Plain("other")) }, null, Root, Ct)).Filesystem.Crypt.Passphrase.Payload.ShouldBe("rehto");
        ShouldBeWrongAt(await Services.Users.UpdateAsync("alice", user with { Filesystem = Crypt(new()) }, null, Root, Ct), "filesystem.cryptconfig.passphrase");
    }

    [Theory]
    [InlineData("Secretbox")]
    [InlineData("AES-256-GCM")]
    [InlineData("VaultTransit")]
    public async Task An_encrypted_secret_is_taken_from_a_dump_alone(string status)
    {
        Secret encrypted = new() { Status = status, Payload = "p", Key = "k" };

        var result = await Services.Users.AddAsync(NewUser() with { Filesystem = Crypt(encrypted) }, Root, Ct);
        ShouldBeWrongAt(result, "filesystem.cryptconfig.passphrase.status", "filesystem.cryptconfig.passphrase");
        result.Errors.ShouldContain(error => error.Found == "an encrypted secret");
        User user = await AddUserAsync("bob");
        ShouldBeWrongAt(await Services.Users.UpdateAsync("bob", user with { Filesystem = Crypt(encrypted) }, null, ChangeContext.Operator, Ct), "filesystem.cryptconfig.passphrase.status", "filesystem.cryptconfig.passphrase");
        Done(await Services.Users.AddAsync(NewUser() with { Filesystem = Crypt(encrypted) }, ChangeContext.Operator with { IsRestore = true }, Ct)).Filesystem.Crypt.Passphrase.ShouldBe(encrypted);
    }

    [Fact]
    public async Task A_secret_of_one_backend_is_none_of_another()
    {
        User user = await AddUserAsync("alice", one => one with { Filesystem = Crypt(Plain("secret")) });
        var sftp = new FilesystemConfig { Provider = 5, Sftp = new() { Endpoint = "example.com", Username = "u", Password = new() { Status = "Redacted" } } };

        ShouldBeWrongAt(await Services.Users.UpdateAsync("alice", user with { Filesystem = sftp }, null, Root, Ct), "filesystem.sftpconfig.password", "filesystem.sftpconfig.password.status");
    }

    [Fact]
    public async Task A_dump_brings_encrypted_secrets_hashes_and_second_factors_as_they_are()
    {
        Secret encrypted = new() { Status = "AES-256-GCM", Payload = "p", Key = "k", AdditionalData = "alice" };
        User given = NewUser() with
        {
            Filesystem = Crypt(encrypted),
            LastPasswordChange = 7,
            CreatedAt = 8,
            UpdatedAt = 9,
            Password = "$2a$04$abcdefghijklmnopqrstuuRZBdCCsbnPMAGHk5kX3e3xNQJQ2vQ2a",
            Filters = new() { Totp = new() { Enabled = true, ConfigName = "Default", Secret = encrypted, Protocols = ["SSH"] }, RecoveryCodes = [new() { Secret = encrypted, Used = true }] },
        };

        User user = Done(await Services.Users.AddAsync(given, ChangeContext.Operator with { IsRestore = true }, Ct));

        (user.LastPasswordChange, user.CreatedAt, user.UpdatedAt, user.Password).ShouldBe((7, 8, 9, given.Password));
        user.Filesystem.Crypt.Passphrase.ShouldBe(encrypted);
        user.Filters.Totp.Secret.ShouldBe(encrypted);
        user.Filters.RecoveryCodes.ShouldHaveSingleItem().Used.ShouldBeTrue();
    }

    [Fact]
    public async Task No_error_shows_a_secret()
    {
        var result = await Services.Users.AddAsync(
            NewUser() with { Password = "$6$hidden", Filesystem = new() { Provider = 4, Crypt = new() { Passphrase = new() { Status = "Other", Payload = "hidden" } } } }, Root, Ct);

        result.Status.ShouldBe(ObjectStatus.Invalid);
        result.Message.ShouldNotContain("hidden");
    }
}
