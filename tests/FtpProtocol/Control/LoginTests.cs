using System.Text;
using Hpc.Accounts;
using Hpc.Accounts.Authentication;
using Hpc.Accounts.Sessions;
using Hpc.Transport.Connections;

namespace Hpc.FtpProtocol.Tests.Control;

public sealed class LoginTests : IDisposable
{
    private readonly FtpTestHost _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task The_right_password_logs_in()
    {
        await using FtpTestClient client = await _host.LogInAsync();
        client.Server.IsLoggedIn.ShouldBeTrue();
        client.Server.IsLoginTried.ShouldBeTrue();
        SessionRequest request = _host.Gate.Requests.Single();
        request.Protocol.ShouldBe("FTP");
        request.Method.ShouldBe(LoginMethod.Password);
        request.ConnectionId.ShouldBe(client.Server.Id);
        _host.Log.Lines.ShouldContain(static line => line.Text.StartsWith("login: 127.0.0.1 as alice by password over FTP", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_wrong_password_an_unknown_user_and_a_name_that_cannot_be_one_get_the_same_answers()
    {
        string[] names = ["alice", "nobody", "al\tice", "\xE4\xF6", new string('x', 300)];
        List<string> answers = [];
        foreach (string name in names)
        {
            await using FtpTestClient client = _host.Connect();
            await client.ExpectAsync(220);
            answers.Add(await client.CommandAsync("USER " + name, 331) + await client.CommandAsync("PASS wrong", 530));
            client.Server.IsLoggedIn.ShouldBeFalse();
        }

        answers.Distinct().Count().ShouldBe(1);
        _host.Authenticator.Attempts.Count.ShouldBe(names.Length);
        _host.Authenticator.Attempts.ShouldAllBe(static attempt => Encoding.UTF8.GetByteCount(attempt.UserName) <= 255 && !attempt.UserName.Any(char.IsControl));
        _host.Log.Lines.Count(static line => line.Text.StartsWith("connection_failed: 127.0.0.1 as ", StringComparison.Ordinal)).ShouldBe(names.Length);
    }

    [Fact]
    public async Task A_password_that_is_too_long_is_judged_and_never_accepted()
    {
        _host.Authenticator.Override = static (_, _) => new(FtpTestAuthenticator.Accept());
        await using FtpTestClient client = _host.Connect();
        await client.ExpectAsync(220);
        await client.CommandAsync("USER alice", 331);
        await client.CommandAsync("PASS " + new string('x', 1025), 530);
        _host.Authenticator.Attempts.Count.ShouldBe(1);
        _host.Gate.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_password_needs_its_user_each_time()
    {
        await using FtpTestClient client = _host.Connect();
        await client.ExpectAsync(220);
        await client.CommandAsync("PASS " + FtpTestHost.Password, 503);
        await client.CommandAsync("USER alice", 331);
        await client.CommandAsync("PASS wrong", 530);
        await client.CommandAsync("PASS " + FtpTestHost.Password, 503);
        await client.LogInAsync();
        await client.CommandAsync("USER alice", 503);
        await client.CommandAsync("PASS x", 503);
    }

    [Fact]
    public async Task The_connection_ends_when_the_tries_are_used_up()
    {
        using var host = new FtpTestHost(new FtpServerOptions { MaxAuthTries = 2 });
        await using FtpTestClient client = host.Connect();
        await client.ExpectAsync(220);
        await client.CommandAsync("USER alice", 331);
        await client.CommandAsync("PASS wrong", 530);
        await client.CommandAsync("USER alice", 331);
        await client.CommandAsync("PASS wrong", 421);
        (await client.EndAsync()).ShouldBe(ConnectionEndReason.AuthenticationFailed);
    }

    [Theory]
    [InlineData(SessionObstacle.Limit, 421)]
    [InlineData(SessionObstacle.FilesUnavailable, 421)]
    [InlineData(SessionObstacle.ServerUnavailable, 421)]
    [InlineData(SessionObstacle.AccountChanged, 530)]
    public async Task A_session_that_may_not_begin_is_refused(SessionObstacle obstacle, int code)
    {
        _host.Gate.Obstacle = obstacle;
        await using FtpTestClient client = _host.Connect();
        await client.ExpectAsync(220);
        await client.CommandAsync("USER alice", 331);
        await client.CommandAsync("PASS " + FtpTestHost.Password, code);
        client.Server.IsLoggedIn.ShouldBeFalse();
        if (code == 421)
        {
            (await client.EndAsync()).ShouldBe(ConnectionEndReason.SessionRefused);
        }
    }

    [Fact]
    public async Task An_authenticator_that_fails_lets_nobody_in()
    {
        _host.Authenticator.Override = static (_, _) => throw new InvalidOperationException("broken");
        await using FtpTestClient client = _host.Connect();
        await client.ExpectAsync(220);
        await client.CommandAsync("USER alice", 331);
        await client.CommandAsync("PASS " + FtpTestHost.Password, 530);
        _host.Log.Lines.ShouldContain(static line => line.Id == 7012);
    }

    [Theory]
    [InlineData(LoginVerdict.Partial)]
    [InlineData(LoginVerdict.PasscodeNeeded)]
    [InlineData(LoginVerdict.KeyAcceptable)]
    public async Task Every_verdict_but_an_acceptance_is_a_refusal(LoginVerdict verdict)
    {
        _host.Authenticator.Override = (_, _) => new(new LoginOutcome(verdict, null, null));
        await using FtpTestClient client = _host.Connect();
        await client.ExpectAsync(220);
        await client.CommandAsync("USER alice", 331);
        await client.CommandAsync("PASS x", 530);
    }

    [Fact]
    public async Task An_account_that_must_be_set_up_first_is_not_let_in()
    {
        _host.Authenticator.Override = static (_, _) => new(FtpTestAuthenticator.Accept() with { IsLimited = true });
        await using FtpTestClient client = _host.Connect();
        await client.ExpectAsync(220);
        await client.CommandAsync("USER alice", 331);
        await client.CommandAsync("PASS x", 530);
    }

    [Fact]
    public async Task A_user_who_must_use_TLS_is_not_asked_for_a_password_in_the_clear()
    {
        _host.Policy.RequiresTls = static name => name == "alice";
        await using FtpTestClient client = _host.Connect();
        await client.ExpectAsync(220);
        await client.CommandAsync("USER alice", 530);
        await client.CommandAsync("PASS " + FtpTestHost.Password, 503);
        await client.CommandAsync("USER bob", 331);
        _host.Authenticator.Attempts.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_policy_that_fails_asks_for_TLS()
    {
        _host.Policy.RequiresTls = static _ => throw new InvalidOperationException("broken");
        await using FtpTestClient client = _host.Connect();
        await client.ExpectAsync(220);
        await client.CommandAsync("USER alice", 530);
    }

    [Fact]
    public async Task An_account_that_asks_for_TLS_is_refused_in_the_clear_whatever_the_policy_said()
    {
        _host.Authenticator.Override = static (_, _) => new(FtpTestAuthenticator.Accept(new LoginRules { IsTlsRequired = true }));
        await using FtpTestClient client = _host.Connect();
        await client.ExpectAsync(220);
        await client.CommandAsync("USER alice", 331);
        await client.CommandAsync("PASS x", 530);
        _host.Gate.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task REIN_gives_the_session_back_and_another_login_opens_a_new_one()
    {
        await using FtpTestClient client = await _host.LogInAsync();
        await client.CommandAsync("REIN", 220);
        _host.Gate.Grants.Single().ClosedWith.ShouldBe([SessionEndReason.ClosedByPeer]);
        await client.CommandAsync("PWD", 530);
        await client.LogInAsync();
        await client.CommandAsync("PWD", 257);
        _host.Gate.Grants.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Nobody_stays_logged_out_for_ever()
    {
        await using FtpTestClient client = await _host.LogInAsync();
        await client.CommandAsync("REIN", 220);
        client.Server.Beat(Environment.TickCount64);
        await client.CommandAsync("NOOP", 200);
        client.Server.Beat(Environment.TickCount64 + 121_000);
        await client.ExpectAsync(421);
        (await client.EndAsync()).ShouldBe(ConnectionEndReason.LoginGraceTimeout);
    }

    [Theory]
    [InlineData(SessionEndReason.Kicked, ConnectionEndReason.Kicked)]
    [InlineData(SessionEndReason.IdleTimeout, ConnectionEndReason.IdleTimeout)]
    [InlineData(SessionEndReason.Drained, ConnectionEndReason.ServerShutdown)]
    public async Task A_session_that_is_ended_says_421_and_closes(SessionEndReason reason, ConnectionEndReason expected)
    {
        await using FtpTestClient client = await _host.LogInAsync();
        FtpTestGrant grant = _host.Gate.Grants.Single();
        grant.End(reason);
        await client.ExpectAsync(421);
        (await client.EndAsync()).ShouldBe(expected);
        grant.ClosedWith.ShouldBe([reason]);
    }

    [Fact]
    public async Task No_secret_stands_in_the_log()
    {
        using var host = new FtpTestHost(new FtpServerOptions { LogsCommands = true });
        await using FtpTestClient client = await host.LogInAsync();
        await client.CommandAsync("ACCT hidden-thing", 202);
        await client.CommandAsync("CWD /seen", 550);
        host.Log.Lines.ShouldNotContain(static line => line.Text.Contains(FtpTestHost.Password, StringComparison.Ordinal) || line.Text.Contains("hidden-thing", StringComparison.Ordinal));
        host.Log.Lines.ShouldContain(static line => line.Text.Contains("CWD /seen: 550", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_verdict_that_comes_after_the_end_lets_nobody_in()
    {
        var verdict = new TaskCompletionSource<LoginOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        _host.Authenticator.Override = (_, _) => new(verdict.Task);
        await using FtpTestClient client = _host.Connect();
        await client.ExpectAsync(220);
        await client.SendAsync("USER alice\r\nPASS x\r\n");
        await client.ExpectAsync(331);
        client.Server.Stop(ConnectionEndReason.ServerShutdown);
        verdict.SetResult(FtpTestAuthenticator.Accept());
        (await client.EndAsync()).ShouldBe(ConnectionEndReason.ServerShutdown);
        client.Server.IsLoggedIn.ShouldBeFalse();
        _host.Gate.Grants.ShouldAllBe(static grant => grant.ClosedWith.Count == 1);
    }
}
