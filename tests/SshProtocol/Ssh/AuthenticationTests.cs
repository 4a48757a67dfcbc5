using System.Text;
using Hpc.Accounts;
using Hpc.Accounts.Authentication;
using Hpc.Crypto.Keys;
using Hpc.SshProtocol.Ssh;
using Hpc.Transport.Connections;

namespace Hpc.SshProtocol.Tests.Ssh;

public sealed class AuthenticationTests
{
    [Fact]
    public async Task The_first_none_is_free_and_names_the_methods()
    {
        using var host = new SshTestHost(configure: static options => options with { MaxAuthTries = 1 });
        await using RawPeer peer = host.ConnectRaw(out Task<ConnectionEndReason> server);
        await peer.BeginAuthenticationAsync();
        await peer.SendAsync(Msg.Of(MessageNumber.UserauthRequest, SshTestHost.User, "ssh-connection", "none"));
        byte[] failure = await peer.ExpectAsync(MessageNumber.UserauthFailure);
        Encoding.ASCII.GetString(Msg.StringAt(failure, 1)).ShouldBe("publickey,password,keyboard-interactive");
        failure[^1].ShouldBe((byte)0);
        await peer.SendAsync(Msg.Of(MessageNumber.UserauthRequest, SshTestHost.User, "ssh-connection", "none"));
        (await peer.ReceiveEndAsync()).ShouldNotBeNull().Reason.ShouldBe(DisconnectReason.NoMoreAuthMethodsAvailable);
        (await server).ShouldBe(ConnectionEndReason.AuthenticationFailed);
    }

    [Theory]
    [InlineData("none", false)]
    [InlineData("hostbased", true)]
    [InlineData("password", true)]
    public async Task To_ask_for_the_methods_is_no_try_to_log_in(string method, bool isTry)
    {
        using var host = new SshTestHost();
        await using RawPeer peer = host.ConnectRaw(out Task<ConnectionEndReason> _, out MemoryConnection server);
        await peer.BeginAuthenticationAsync();
        server.IsLoginTried.ShouldBeFalse();
        await peer.SendAsync(method == "password" ? Msg.Password("nobody", "wrong") : Msg.Of(MessageNumber.UserauthRequest, "nobody", "ssh-connection", method));
        await peer.ExpectAsync(MessageNumber.UserauthFailure);
        server.IsLoginTried.ShouldBe(isTry);
    }

    [Fact]
    public async Task Six_failures_of_any_kind_are_the_end()
    {
        using var host = new SshTestHost();
        await using RawPeer peer = host.ConnectRaw(out Task<ConnectionEndReason> server);
        await peer.BeginAuthenticationAsync();
        string[] methods = ["hostbased", "gssapi-with-mic", "x"];
        for (int i = 0; i < 6; i++)
        {
            // Another user name does not start the count again.
            await peer.SendAsync(i % 2 == 0
                ? Msg.Of(MessageNumber.UserauthRequest, "user" + i, "ssh-connection", methods[i / 2], "whatever")
                : Msg.Password("user" + i, "wrong"));
            if (i < 5)
            {
                await peer.ExpectAsync(MessageNumber.UserauthFailure);
            }
        }

        (await peer.ReceiveEndAsync()).ShouldNotBeNull().Reason.ShouldBe(DisconnectReason.NoMoreAuthMethodsAvailable);
        (await server).ShouldBe(ConnectionEndReason.AuthenticationFailed);
    }

    [Fact]
    public async Task Key_queries_are_no_failures_but_bounded()
    {
        using var host = new SshTestHost();
        await using RawPeer peer = host.ConnectRaw(out Task<ConnectionEndReason> server);
        await peer.BeginAuthenticationAsync();
        for (int i = 0; i < 6 * 16; i++)
        {
            await peer.SendAsync(KeyRequest(host.UserKey));
            await peer.ExpectAsync(MessageNumber.UserauthMethod60);
        }

        await peer.SendAsync(KeyRequest(host.UserKey));
        (await peer.ReceiveEndAsync()).ShouldNotBeNull();
        (await server).ShouldBe(ConnectionEndReason.AuthenticationFailed);
        host.Gate.Grants.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_key_that_is_accepted_for_a_query_lets_nobody_in_and_resets_no_count()
    {
        using var host = new SshTestHost();
        await using RawPeer peer = host.ConnectRaw(out Task<ConnectionEndReason> server);
        await peer.BeginAuthenticationAsync();
        for (int i = 0; i < 6; i++)
        {
            await peer.SendAsync(KeyRequest(host.UserKey));
            await peer.ExpectAsync(MessageNumber.UserauthMethod60);
            await peer.SendAsync(Msg.Password(SshTestHost.User, "wrong"));
            if (i < 5)
            {
                await peer.ExpectAsync(MessageNumber.UserauthFailure);
            }
        }

        (await peer.ReceiveEndAsync()).ShouldNotBeNull();
        (await server).ShouldBe(ConnectionEndReason.AuthenticationFailed);
        host.Gate.Grants.ShouldBeEmpty();
    }

    public static TheoryData<string> BadProofs =>
        [.. new[] { "other key", "other session", "other user", "other service", "other algorithm", "flipped", "empty", "not signed over TRUE" }];

    [Theory]
    [MemberData(nameof(BadProofs))]
    public async Task A_proof_of_something_else_is_refused(string kind)
    {
        using var host = new SshTestHost();
        await using RawPeer peer = host.ConnectRaw(out _);
        await peer.BeginAuthenticationAsync();
        await peer.SendAsync(KeyRequest(host.UserKey));
        await peer.ExpectAsync(MessageNumber.UserauthMethod60);

        using SshPrivateKey other = SshPrivateKeys.Generate("ssh-ed25519");
        SshPrivateKey key = kind == "other key" ? other : host.UserKey;
        byte[] blob = key.PublicKey.Blob.ToArray();
        byte[] sessionId = kind == "other session" ? new byte[32] : peer.SessionId;
        string user = kind == "other user" ? "bob" : SshTestHost.User;
        string service = kind == "other service" ? "ssh-userauth" : "ssh-connection";
        bool isProof = kind != "not signed over TRUE";
        byte[] request = Msg.Of(MessageNumber.UserauthRequest, user, service, "publickey", isProof, "ssh-ed25519", blob);
        byte[] signature = key.Sign("ssh-ed25519", [.. Msg.Of(default, sessionId)[1..], .. request]);
        if (kind == "flipped")
        {
            signature[^1] ^= 1;
        }

        string algorithm = kind == "other algorithm" ? "rsa-sha2-512" : "ssh-ed25519";
        await peer.SendAsync(Msg.Of(MessageNumber.UserauthRequest, SshTestHost.User, "ssh-connection", "publickey", true, algorithm, blob, kind == "empty" ? [] : signature));
        await peer.ExpectAsync(MessageNumber.UserauthFailure);
        host.Gate.Grants.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_proof_from_another_connection_is_refused()
    {
        using var host = new SshTestHost();
        await using RawPeer first = host.ConnectRaw(out _);
        await first.BeginAuthenticationAsync();
        await using RawPeer second = host.ConnectRaw(out _);
        await second.BeginAuthenticationAsync();
        byte[] request = SignedRequest(host.UserKey, first.SessionId, SshTestHost.User);
        await second.SendAsync(request);
        await second.ExpectAsync(MessageNumber.UserauthFailure);
        await first.SendAsync(request);
        await first.ExpectAsync(MessageNumber.UserauthSuccess);
        host.Gate.Grants.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Whoever_is_judged_is_who_was_asked_for_last()
    {
        using var host = new SshTestHost();
        await using RawPeer peer = host.ConnectRaw(out _);
        await peer.BeginAuthenticationAsync();
        await peer.SendAsync(Interactive("bob"));
        await peer.ExpectAsync(MessageNumber.UserauthMethod60);
        await peer.SendAsync(Interactive(SshTestHost.User));
        await peer.ExpectAsync(MessageNumber.UserauthMethod60);
        await peer.SendAsync(Msg.Of(MessageNumber.UserauthInfoResponse, 1u, host.Password));
        await peer.ExpectAsync(MessageNumber.UserauthSuccess);
        host.Authenticator.Attempts.ShouldHaveSingleItem().UserName.ShouldBe(SshTestHost.User);
    }

    [Fact]
    public async Task A_question_is_void_after_another_request()
    {
        using var host = new SshTestHost();
        await using RawPeer peer = host.ConnectRaw(out Task<ConnectionEndReason> server);
        await peer.BeginAuthenticationAsync();
        await peer.SendAsync(Interactive(SshTestHost.User));
        await peer.ExpectAsync(MessageNumber.UserauthMethod60);
        await peer.SendAsync(Msg.Password("bob", "wrong"));
        await peer.ExpectAsync(MessageNumber.UserauthFailure);
        await peer.SendAsync(Msg.Of(MessageNumber.UserauthInfoResponse, 1u, host.Password));
        (await peer.ReceiveEndAsync()).ShouldNotBeNull();
        (await server).ShouldBe(ConnectionEndReason.ProtocolError);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(2u)]
    [InlineData(1000u)]
    [InlineData(uint.MaxValue)]
    public async Task A_wrong_number_of_answers_is_a_failure(uint count)
    {
        using var host = new SshTestHost();
        await using RawPeer peer = host.ConnectRaw(out _);
        await peer.BeginAuthenticationAsync();
        await peer.SendAsync(Interactive(SshTestHost.User));
        await peer.ExpectAsync(MessageNumber.UserauthMethod60);
        object[] answers = [.. Enumerable.Repeat((object)host.Password, (int)Math.Min(count, 500))];
        await peer.SendAsync(Msg.Of(MessageNumber.UserauthInfoResponse, [count, .. answers]));
        await peer.ExpectAsync(MessageNumber.UserauthFailure);
        host.Authenticator.Attempts.ShouldBeEmpty();
    }

    public static TheoryData<string> Passwords => [.. new[] { "", " ", "\0", "correct\0", " correct", "correct ", "CORRECT", "long", "change" }];

    [Theory]
    [MemberData(nameof(Passwords))]
    public async Task Only_the_very_password_lets_in(string kind)
    {
        using var host = new SshTestHost();
        await using RawPeer peer = host.ConnectRaw(out _);
        await peer.BeginAuthenticationAsync();
        string password = kind == "long" ? new string('a', 20_000) : kind.Replace("correct", host.Password, StringComparison.Ordinal).Replace("CORRECT", host.Password.ToUpperInvariant(), StringComparison.Ordinal);
        await peer.SendAsync(kind == "change"
            ? Msg.Of(MessageNumber.UserauthRequest, SshTestHost.User, "ssh-connection", "password", true, host.Password, "new")
            : Msg.Password(SshTestHost.User, password));
        await peer.ExpectAsync(MessageNumber.UserauthFailure);
        host.Gate.Grants.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_not_judged_as_it_came_is_never_accepted(bool isChange)
    {
        // An authenticator that takes anything, an empty password too.
        using var host = new SshTestHost();
        host.Authenticator.Override = static (attempt, _) => ValueTask.FromResult(Accept(attempt.UserName));
        await using RawPeer peer = host.ConnectRaw(out _);
        await peer.BeginAuthenticationAsync();
        await peer.SendAsync(isChange
            ? Msg.Of(MessageNumber.UserauthRequest, SshTestHost.User, "ssh-connection", "password", true, "old", "new")
            : Msg.Password(SshTestHost.User, new string('a', 5000)));
        await peer.ExpectAsync(MessageNumber.UserauthFailure);
        await peer.SendAsync(KeyRequest(host.UserKey));
        await peer.ExpectAsync(MessageNumber.UserauthFailure);
        host.Gate.Grants.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("alice\0")]
    [InlineData("alice\r\n")]
    [InlineData("../alice")]
    [InlineData("ALICE")]
    [InlineData("")]
    [InlineData("\x1b[31malice")]
    public async Task Another_name_is_another_user(string user)
    {
        using var host = new SshTestHost();
        await using RawPeer peer = host.ConnectRaw(out _);
        await peer.BeginAuthenticationAsync();
        await peer.SendAsync(Msg.Password(user, host.Password));
        await peer.ExpectAsync(MessageNumber.UserauthFailure);
        await peer.SendAsync(Msg.Password(new string('u', 10_000), host.Password));
        await peer.ExpectAsync(MessageNumber.UserauthFailure);
        host.Authenticator.Attempts[^1].UserName.Length.ShouldBeLessThan(300);
    }

    [Theory]
    [InlineData("ssh-rsa")]
    [InlineData("ecdsa-sha2-nistp256")]
    [InlineData("ssh-dss")]
    [InlineData("ssh-ed25519-cert-v01@openssh.com")]
    public async Task A_key_of_another_type_than_its_algorithm_is_refused(string algorithm)
    {
        using var host = new SshTestHost();
        await using RawPeer peer = host.ConnectRaw(out _);
        await peer.BeginAuthenticationAsync();
        await peer.SendAsync(Msg.Of(MessageNumber.UserauthRequest, SshTestHost.User, "ssh-connection", "publickey", false, algorithm, host.UserKey.PublicKey.Blob.ToArray()));
        await peer.ExpectAsync(MessageNumber.UserauthFailure);
        host.Authenticator.Attempts.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("throws")]
    [InlineData("throws later")]
    [InlineData("cancelled")]
    public async Task An_authenticator_that_fails_refuses(string kind)
    {
        using var host = new SshTestHost();
        host.Authenticator.Override = async (_, _) =>
        {
            if (kind == "throws later")
            {
                await Task.Yield();
            }

            throw kind == "cancelled" ? new OperationCanceledException() : new InvalidOperationException("broken");
        };
        await using RawPeer peer = host.ConnectRaw(out _);
        await peer.BeginAuthenticationAsync();
        await peer.SendAsync(Msg.Password(SshTestHost.User, host.Password));
        await peer.ExpectAsync(MessageNumber.UserauthFailure);
        host.Gate.Grants.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_answer_after_the_end_of_the_login_time_lets_nobody_in()
    {
        using var host = new SshTestHost();
        var answer = new TaskCompletionSource<LoginOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        host.Authenticator.Override = (_, _) => new ValueTask<LoginOutcome>(answer.Task);
        await using RawPeer peer = host.ConnectRaw(out Task<ConnectionEndReason> server, out MemoryConnection serverEnd);
        await peer.BeginAuthenticationAsync();
        await peer.SendAsync(Msg.Password(SshTestHost.User, host.Password));
        await Eventually.Async(() => host.Authenticator.Attempts.Count == 1);
        serverEnd.Stop(ConnectionEndReason.LoginGraceTimeout);
        answer.SetResult(Accept(SshTestHost.User));
        (await server.WaitAsync(TimeSpan.FromSeconds(20))).ShouldBe(ConnectionEndReason.LoginGraceTimeout);
        host.Gate.Grants.ShouldBeEmpty();
    }

    [Fact]
    public async Task Requests_behind_success_are_passed_over()
    {
        using var host = new SshTestHost();
        (RawPeer peer, _) = await host.LogInRawAsync();
        await using (peer)
        {
            await peer.SendAsync(Msg.Password("bob", "x"));
            (await peer.PingAsync()).ShouldAllBe(static payload => Msg.NumberOf(payload) == MessageNumber.GlobalRequest);
            host.Authenticator.Attempts.Count.ShouldBe(1);
        }
    }

    [Theory]
    [InlineData("ssh-connection")]
    [InlineData("")]
    public async Task Only_userauth_can_be_asked_for(string service)
    {
        using var host = new SshTestHost();
        await using RawPeer peer = host.ConnectRaw(out _);
        await peer.ConnectAsync();
        await peer.SendAsync(Msg.Of(MessageNumber.ServiceRequest, service));
        (await peer.ReceiveEndAsync()).ShouldNotBeNull().Reason.ShouldBe(DisconnectReason.ServiceNotAvailable);
    }

    [Fact]
    public async Task A_thousand_crossed_logins_of_two_users_are_never_mixed_up()
    {
        using var host = new SshTestHost();
        var random = new Random(6);
        host.Authenticator.Override = async (attempt, _) =>
        {
            string password = Encoding.UTF8.GetString(attempt.Password.Span);
            string user = attempt.UserName;
            int hops;
            lock (random)
            {
                hops = random.Next(30);
            }

            for (int i = 0; i < hops; i++)
            {
                await Task.Yield();
            }

            Encoding.UTF8.GetString(attempt.Password.Span).ShouldBe(password);
            return password == "password of " + user ? Accept(user) : LoginOutcome.Refused("wrong");
        };

        await Parallel.ForAsync(0, 1000, new ParallelOptions { MaxDegreeOfParallelism = 100 }, async (i, _) =>
        {
            string user = i % 2 == 0 ? "alice" : "bob";
            string other = i % 2 == 0 ? "bob" : "alice";
            await using RawPeer peer = host.ConnectRaw(out Task<ConnectionEndReason> _);
            await peer.BeginAuthenticationAsync();
            await peer.SendAsync(Msg.Password(user, "password of " + other));
            await peer.ExpectAsync(MessageNumber.UserauthFailure);
            await peer.SendAsync(Msg.Password(user, "password of " + user));
            await peer.ExpectAsync(MessageNumber.UserauthSuccess);
        });
        host.Gate.Requests.Count.ShouldBe(1000);
        host.Gate.Requests.Count(static request => request.User.UserName == "alice").ShouldBe(500);
        await Eventually.Async(() => host.Gate.Grants.All(static grant => grant.ClosedWith.Count == 1));
        await Eventually.Async(() => host.Pool.Budget.Rented == 0);
    }

    private static LoginOutcome Accept(string user) => LoginOutcome.Accepted(new UserAccount { UserName = user, HomeDirectory = "/" });

    private static byte[] Interactive(string user) => Msg.Of(MessageNumber.UserauthRequest, user, "ssh-connection", "keyboard-interactive", "", "");

    private static byte[] KeyRequest(SshPrivateKey key) =>
        Msg.Of(MessageNumber.UserauthRequest, SshTestHost.User, "ssh-connection", "publickey", false, key.Algorithms[0], key.PublicKey.Blob.ToArray());

    private static byte[] SignedRequest(SshPrivateKey key, byte[] sessionId, string user)
    {
        byte[] request = Msg.Of(MessageNumber.UserauthRequest, user, "ssh-connection", "publickey", true, key.Algorithms[0], key.PublicKey.Blob.ToArray());
        byte[] signature = key.Sign(key.Algorithms[0], [.. Msg.Of(default, sessionId)[1..], .. request]);
        return [.. request, .. Msg.Of(default, signature)[1..]];
    }
}
