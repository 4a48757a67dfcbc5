using Hpc.Accounts.Sessions;
using Hpc.Crypto.Keys;
using Hpc.SshProtocol.Ssh.Channels;
using Hpc.SshProtocol.Ssh.Client;

namespace Hpc.SshProtocol.Tests.Ssh;

public sealed class LoginTests
{
    [Fact]
    public async Task A_password_lets_the_user_in()
    {
        using var host = new SshTestHost();
        await using SshClient client = await host.LogInAsync(host.ClientOptions());
        client.ServerVersion.ShouldStartWith("SSH-2.0-hpc");
        host.Gate.Grants.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Keyboard_interactive_asks_for_the_password()
    {
        using var host = new SshTestHost();
        await using SshClient client = await host.LogInAsync(host.ClientOptions() with { UseKeyboardInteractive = true });
        host.Authenticator.Attempts.ShouldHaveSingleItem().Method.ShouldBe(Accounts.Authentication.LoginMethod.KeyboardInteractive);
    }

    [Fact]
    public async Task A_key_lets_the_user_in()
    {
        using var host = new SshTestHost();
        await using SshClient client = await host.LogInAsync(host.ClientOptions() with { Keys = [host.UserKey], Password = null });
        host.Authenticator.Attempts[^1].PossessionProven.ShouldBeTrue();
    }

    [Fact]
    public async Task A_wrong_password_is_refused_until_the_tries_are_used_up()
    {
        using var host = new SshTestHost();
        await Should.ThrowAsync<SshLoginException>(() => host.LogInAsync(host.ClientOptions() with { Password = "wrong" }));
        host.Gate.Grants.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_key_that_is_not_the_users_is_refused()
    {
        using var host = new SshTestHost();
        using SshPrivateKey other = SshPrivateKeys.Generate("ssh-ed25519", 0);
        await Should.ThrowAsync<SshLoginException>(() => host.LogInAsync(host.ClientOptions() with { Keys = [other], Password = null }));
        host.Gate.Grants.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_authenticator_that_throws_is_a_refusal()
    {
        using var host = new SshTestHost();
        host.Authenticator.Override = static (_, _) => throw new InvalidOperationException("broken");
        await Should.ThrowAsync<SshLoginException>(() => host.LogInAsync(host.ClientOptions()));
        host.Gate.Grants.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_refused_session_ends_the_connection()
    {
        using var host = new SshTestHost();
        host.Gate.Refuse = true;
        await Should.ThrowAsync<SshLoginException>(() => host.LogInAsync(host.ClientOptions()));
    }

    [Fact]
    public async Task A_kick_ends_the_connection_and_the_grant_is_closed_once()
    {
        using var host = new SshTestHost();
        await using SshClient client = await host.LogInAsync(host.ClientOptions());
        TestGrant grant = host.Gate.Grants[0];
        grant.End(SessionEndReason.Kicked);
        await client.Completion.WaitAsync(TimeSpan.FromSeconds(10));
        await Eventually.Async(() => grant.ClosedWith.Count == 1);
        grant.ClosedWith.ShouldBe([SessionEndReason.Kicked]);
    }

    [Fact]
    public async Task Shell_is_refused_and_the_sftp_subsystem_answers()
    {
        using var host = new SshTestHost();
        await using SshClient client = await host.LogInAsync(host.ClientOptions());
        await Should.ThrowAsync<IOException>(() => client.OpenSubsystemAsync("shell"));
        IClientChannel channel = await client.OpenSubsystemAsync("sftp");
        await channel.WriteAsync(new byte[] { 0, 0, 0, 5, 1, 0, 0, 0, 3 }, CancellationToken.None);
        var answer = new byte[4096];
        int read = await channel.ReadAsync(answer, CancellationToken.None);
        read.ShouldBeGreaterThan(9);
        answer[4].ShouldBe((byte)2);
    }

    [Fact]
    public async Task Everything_rented_is_returned_after_the_end()
    {
        using var host = new SshTestHost();
        SshClient client = await host.LogInAsync(host.ClientOptions());
        await client.OpenSubsystemAsync("sftp");
        await client.DisposeAsync();
        await Eventually.Async(() => host.Pool.Budget.Rented == 0);
    }
}
