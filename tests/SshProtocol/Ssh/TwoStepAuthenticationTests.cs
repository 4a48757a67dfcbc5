using System.Text;
using Hpc.Accounts;
using Hpc.Accounts.Authentication;
using Hpc.Crypto.Keys;
using Hpc.SshProtocol.Ssh;
using Hpc.Transport.Connections;

namespace Hpc.SshProtocol.Tests.Ssh;

/// <summary>Partial success (RFC 4252 §5.1) and keyboard-interactive with two prompts (RFC 4256), over an authenticator of the test.</summary>
public sealed class TwoStepAuthenticationTests
{
    private const string AllMethods = "publickey,password,keyboard-interactive";

    [Fact]
    public async Task A_key_is_a_partial_success_and_what_may_follow_is_named()
    {
        using var host = new SshTestHost();
        Require(host, LoginMethod.Password, LoginMethod.KeyboardInteractive);
        await using RawPeer peer = await BeginAsync(host);

        await peer.SendAsync(SignedRequest(host.UserKey, peer.SessionId, SshTestHost.User));
        await ExpectFailureAsync(peer, "password,keyboard-interactive", isPartial: true);

        await peer.SendAsync(Msg.Password(SshTestHost.User, "wrong"));
        await ExpectFailureAsync(peer, "password,keyboard-interactive", isPartial: false);

        await peer.SendAsync(Msg.Password(SshTestHost.User, host.Password));
        await peer.ExpectAsync(MessageNumber.UserauthSuccess);
        LoginAttempt last = host.Authenticator.Attempts[^1];
        last.Completed.ShouldBe([LoginMethod.PublicKey]);
        last.PublicKey.ToArray().ShouldBe(host.UserKey.PublicKey.Blob.ToArray());
    }

    [Fact]
    public async Task Methods_that_are_told_after_none_are_those_of_the_second_step()
    {
        using var host = new SshTestHost();
        Require(host, LoginMethod.KeyboardInteractive);
        await using RawPeer peer = await BeginAsync(host);
        await peer.SendAsync(SignedRequest(host.UserKey, peer.SessionId, SshTestHost.User));
        await ExpectFailureAsync(peer, "keyboard-interactive", isPartial: true);
        await peer.SendAsync(Msg.Of(MessageNumber.UserauthRequest, SshTestHost.User, "ssh-connection", "none"));
        await ExpectFailureAsync(peer, "keyboard-interactive", isPartial: false);
    }

    [Fact]
    public async Task Another_user_name_forgets_the_first_step_for_good()
    {
        using var host = new SshTestHost();
        Require(host, LoginMethod.Password);
        await using RawPeer peer = await BeginAsync(host);
        await peer.SendAsync(SignedRequest(host.UserKey, peer.SessionId, SshTestHost.User));
        await ExpectFailureAsync(peer, "password", isPartial: true);

        await peer.SendAsync(Msg.Password("bob", host.Password));
        await ExpectFailureAsync(peer, AllMethods, isPartial: false);
        host.Authenticator.Attempts[^1].Completed.ShouldBeEmpty();
        host.Authenticator.Attempts[^1].PublicKey.IsEmpty.ShouldBeTrue();

        await peer.SendAsync(Msg.Password(SshTestHost.User, host.Password));
        await ExpectFailureAsync(peer, AllMethods, isPartial: false);
        host.Authenticator.Attempts[^1].Completed.ShouldBeEmpty();
        host.Gate.Grants.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_second_step_before_the_first_is_a_failure()
    {
        using var host = new SshTestHost();
        Require(host, LoginMethod.Password);
        await using RawPeer peer = await BeginAsync(host);
        await peer.SendAsync(Msg.Password(SshTestHost.User, host.Password));
        await ExpectFailureAsync(peer, AllMethods, isPartial: false);
    }

    [Fact]
    public async Task A_query_and_another_users_key_are_no_step()
    {
        using var host = new SshTestHost();
        Require(host, LoginMethod.Password);
        await using RawPeer peer = await BeginAsync(host);
        await peer.SendAsync(Msg.Of(MessageNumber.UserauthRequest, SshTestHost.User, "ssh-connection", "publickey", false, "ssh-ed25519", host.UserKey.PublicKey.Blob.ToArray()));
        await peer.ExpectAsync(MessageNumber.UserauthMethod60);
        using SshPrivateKey other = SshPrivateKeys.Generate("ssh-ed25519");
        await peer.SendAsync(SignedRequest(other, peer.SessionId, SshTestHost.User));
        await ExpectFailureAsync(peer, AllMethods, isPartial: false);
        await peer.SendAsync(Msg.Password(SshTestHost.User, host.Password));
        await ExpectFailureAsync(peer, AllMethods, isPartial: false);
    }

    [Fact]
    public async Task A_partial_success_is_no_failure_but_resets_no_count()
    {
        using var host = new SshTestHost();
        Require(host, LoginMethod.Password);
        await using RawPeer peer = await BeginAsync(host, out Task<ConnectionEndReason> server);
        for (int i = 0; i < 6; i++)
        {
            await peer.SendAsync(SignedRequest(host.UserKey, peer.SessionId, SshTestHost.User));
            await ExpectFailureAsync(peer, "password", isPartial: true);
            await peer.SendAsync(Msg.Password(SshTestHost.User, "wrong"));
            if (i < 5)
            {
                await ExpectFailureAsync(peer, "password", isPartial: false);
            }
        }

        (await peer.ReceiveEndAsync()).ShouldNotBeNull().Reason.ShouldBe(DisconnectReason.NoMoreAuthMethodsAvailable);
        (await server).ShouldBe(ConnectionEndReason.AuthenticationFailed);
    }

    [Fact]
    public async Task Partial_successes_have_an_end()
    {
        using var host = new SshTestHost();
        Require(host, LoginMethod.Password);
        await using RawPeer peer = await BeginAsync(host, out Task<ConnectionEndReason> server);
        byte[] request = SignedRequest(host.UserKey, peer.SessionId, SshTestHost.User);
        for (int i = 0; i < 6 * 16; i++)
        {
            await peer.SendAsync(request);
            await ExpectFailureAsync(peer, "password", isPartial: true);
        }

        await peer.SendAsync(request);
        (await server).ShouldBe(ConnectionEndReason.AuthenticationFailed);
    }

    [Theory]
    [InlineData(LoginMethod.Password)]
    [InlineData(LoginMethod.KeyboardInteractive)]
    public async Task A_partial_success_of_anything_but_a_proven_key_is_a_failure(LoginMethod method)
    {
        using var host = new SshTestHost();
        host.Authenticator.Override = static (_, _) => ValueTask.FromResult(LoginOutcome.Partial([LoginMethod.Password]));
        await using RawPeer peer = await BeginAsync(host);
        if (method == LoginMethod.Password)
        {
            await peer.SendAsync(Msg.Password(SshTestHost.User, host.Password));
        }
        else
        {
            await AnswerAsync(peer, "Password: ", host.Password, isBegin: true);
        }

        await ExpectFailureAsync(peer, AllMethods, isPartial: false);
        await peer.SendAsync(Msg.Of(MessageNumber.UserauthRequest, SshTestHost.User, "ssh-connection", "publickey", false, "ssh-ed25519", host.UserKey.PublicKey.Blob.ToArray()));
        await ExpectFailureAsync(peer, AllMethods, isPartial: false);
    }

    [Fact]
    public async Task The_code_is_asked_for_behind_the_password()
    {
        using var host = new SshTestHost();
        RequireCode(host);
        await using RawPeer peer = await BeginAsync(host);
        await AnswerAsync(peer, "Password: ", host.Password, isBegin: true);
        await AnswerAsync(peer, "Authentication code: ", "123456");
        await peer.ExpectAsync(MessageNumber.UserauthSuccess);
        host.Authenticator.Attempts.Select(static attempt => attempt.Passcode).ShouldBe([null, "123456"]);
        host.Authenticator.Attempts.Select(static attempt => Encoding.UTF8.GetString(attempt.Password.Span)).ShouldBe([host.Password, host.Password]);
    }

    [Fact]
    public async Task Behind_a_wrong_password_there_is_no_further_question()
    {
        using var host = new SshTestHost();
        RequireCode(host);
        await using RawPeer peer = await BeginAsync(host);
        await AnswerAsync(peer, "Password: ", "wrong", isBegin: true);
        await ExpectFailureAsync(peer, AllMethods, isPartial: false);
    }

    public static TheoryData<string> WrongCodes => [.. new[] { "", "000000", new string('1', 65), new string('1', 1025), "123456\0" }];

    [Theory]
    [MemberData(nameof(WrongCodes))]
    public async Task A_wrong_code_is_a_failure_and_everything_begins_anew(string code)
    {
        using var host = new SshTestHost();
        RequireCode(host);
        await using RawPeer peer = await BeginAsync(host);
        await AnswerAsync(peer, "Password: ", host.Password, isBegin: true);
        await AnswerAsync(peer, "Authentication code: ", code);
        await ExpectFailureAsync(peer, AllMethods, isPartial: false);
        await AnswerAsync(peer, "Password: ", host.Password, isBegin: true);
        await AnswerAsync(peer, "Authentication code: ", "123456");
        await peer.ExpectAsync(MessageNumber.UserauthSuccess);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(2u)]
    [InlineData(1000u)]
    public async Task A_wrong_number_of_codes_is_a_failure(uint count)
    {
        using var host = new SshTestHost();
        RequireCode(host);
        await using RawPeer peer = await BeginAsync(host);
        await AnswerAsync(peer, "Password: ", host.Password, isBegin: true);
        await peer.ExpectAsync(MessageNumber.UserauthMethod60);
        object[] answers = [.. Enumerable.Repeat((object)"123456", (int)count)];
        await peer.SendAsync(Msg.Of(MessageNumber.UserauthInfoResponse, [count, .. answers]));
        await ExpectFailureAsync(peer, AllMethods, isPartial: false);
        host.Authenticator.Attempts.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task The_question_for_the_code_is_void_after_another_request_and_its_password_forgotten()
    {
        using var host = new SshTestHost();
        RequireCode(host);
        await using RawPeer peer = await BeginAsync(host, out Task<ConnectionEndReason> server);
        await AnswerAsync(peer, "Password: ", host.Password, isBegin: true);
        await peer.ExpectAsync(MessageNumber.UserauthMethod60);
        await peer.SendAsync(Msg.Password("bob", "wrong"));
        await ExpectFailureAsync(peer, AllMethods, isPartial: false);
        await peer.SendAsync(Msg.Of(MessageNumber.UserauthInfoResponse, 1u, "123456"));
        (await peer.ReceiveEndAsync()).ShouldNotBeNull();
        (await server).ShouldBe(ConnectionEndReason.ProtocolError);
        host.Gate.Grants.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_code_that_is_needed_is_never_asked_for_by_the_password_method()
    {
        using var host = new SshTestHost();
        host.Authenticator.Override = static (_, _) => ValueTask.FromResult(LoginOutcome.PasscodeNeeded);
        await using RawPeer peer = await BeginAsync(host);
        await peer.SendAsync(Msg.Password(SshTestHost.User, host.Password));
        await ExpectFailureAsync(peer, AllMethods, isPartial: false);

        // And by keyboard-interactive not without end.
        await AnswerAsync(peer, "Password: ", host.Password, isBegin: true);
        await AnswerAsync(peer, "Authentication code: ", "123456");
        await ExpectFailureAsync(peer, AllMethods, isPartial: false);
    }

    [Fact]
    public async Task Behind_a_key_the_code_alone_is_asked_for()
    {
        using var host = new SshTestHost();
        host.Authenticator.Override = (attempt, _) => ValueTask.FromResult(attempt switch
        {
            { Method: LoginMethod.PublicKey, PossessionProven: true } => LoginOutcome.Partial([LoginMethod.KeyboardInteractive]) with { IsPasscodeAlone = true },
            { Completed: [LoginMethod.PublicKey], Passcode: "123456", Password.IsEmpty: true } => Accept(attempt.UserName),
            _ => LoginOutcome.Refused("wrong"),
        });
        await using RawPeer peer = await BeginAsync(host);
        await peer.SendAsync(SignedRequest(host.UserKey, peer.SessionId, SshTestHost.User));
        await ExpectFailureAsync(peer, "keyboard-interactive", isPartial: true);
        await AnswerAsync(peer, "Authentication code: ", "000000", isBegin: true);
        await ExpectFailureAsync(peer, "keyboard-interactive", isPartial: false);
        await AnswerAsync(peer, "Authentication code: ", "123456", isBegin: true);
        await peer.ExpectAsync(MessageNumber.UserauthSuccess);
    }

    [Fact]
    public async Task An_account_that_may_only_choose_a_password_does_not_get_in()
    {
        using var host = new SshTestHost();
        host.Authenticator.Override = static (attempt, _) => ValueTask.FromResult(Accept(attempt.UserName) with { IsLimited = true });
        await using RawPeer peer = await BeginAsync(host);
        await peer.SendAsync(Msg.Password(SshTestHost.User, host.Password));
        await ExpectFailureAsync(peer, AllMethods, isPartial: false);
        host.Gate.Grants.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(false, true, "publickey,keyboard-interactive")]
    [InlineData(true, false, "publickey,password")]
    [InlineData(false, false, "publickey")]
    public async Task A_method_that_is_not_enabled_is_neither_offered_nor_judged(bool hasPassword, bool hasInteractive, string methods)
    {
        using var host = new SshTestHost(configure: options => options with { PasswordAuthentication = hasPassword, KeyboardInteractiveAuthentication = hasInteractive });
        await using RawPeer peer = await BeginAsync(host);
        await peer.SendAsync(Msg.Of(MessageNumber.UserauthRequest, SshTestHost.User, "ssh-connection", "none"));
        await ExpectFailureAsync(peer, methods, isPartial: false);
        await peer.SendAsync(hasPassword
            ? Msg.Of(MessageNumber.UserauthRequest, SshTestHost.User, "ssh-connection", "keyboard-interactive", "", "")
            : Msg.Password(SshTestHost.User, host.Password));
        await ExpectFailureAsync(peer, methods, isPartial: false);
        host.Authenticator.Attempts.ShouldBeEmpty();
    }

    private static async Task<RawPeer> BeginAsync(SshTestHost host)
    {
        RawPeer peer = host.ConnectRaw(out _);
        await peer.BeginAuthenticationAsync();
        return peer;
    }

    private static Task<RawPeer> BeginAsync(SshTestHost host, out Task<ConnectionEndReason> server)
    {
        RawPeer peer = host.ConnectRaw(out server);
        return BeginAsync(peer);

        static async Task<RawPeer> BeginAsync(RawPeer peer)
        {
            await peer.BeginAuthenticationAsync();
            return peer;
        }
    }

    /// <summary>The key first, then the password by one of these methods.</summary>
    private static void Require(SshTestHost host, params LoginMethod[] next)
    {
        byte[] key = host.UserKey.PublicKey.Blob.ToArray();
        byte[] password = Encoding.UTF8.GetBytes(host.Password);
        host.Authenticator.Override = (attempt, _) => ValueTask.FromResult(attempt switch
        {
            { UserName: not SshTestHost.User } => LoginOutcome.Refused("unknown user"),
            { Method: LoginMethod.PublicKey } when !attempt.PublicKey.Span.SequenceEqual(key) => LoginOutcome.Refused("wrong key"),
            { Method: LoginMethod.PublicKey, PossessionProven: false } => LoginOutcome.KeyAcceptable,
            { Method: LoginMethod.PublicKey } => LoginOutcome.Partial(next),
            { Completed: [LoginMethod.PublicKey] } when next.Contains(attempt.Method) && attempt.Password.Span.SequenceEqual(password) => Accept(attempt.UserName),
            _ => LoginOutcome.Refused("wrong credential"),
        });
    }

    /// <summary>The password, then a code.</summary>
    private static void RequireCode(SshTestHost host)
    {
        byte[] password = Encoding.UTF8.GetBytes(host.Password);
        host.Authenticator.Override = (attempt, _) => ValueTask.FromResult(attempt switch
        {
            _ when attempt.UserName != SshTestHost.User || !attempt.Password.Span.SequenceEqual(password) => LoginOutcome.Refused("wrong password"),
            { Passcode: null } => LoginOutcome.PasscodeNeeded,
            { Passcode: "123456" } => Accept(attempt.UserName),
            _ => LoginOutcome.Refused("wrong code"),
        });
    }

    private static async Task AnswerAsync(RawPeer peer, string prompt, string answer, bool isBegin = false)
    {
        if (isBegin)
        {
            await peer.SendAsync(Msg.Of(MessageNumber.UserauthRequest, SshTestHost.User, "ssh-connection", "keyboard-interactive", "", ""));
        }

        (await peer.ExpectAsync(MessageNumber.UserauthMethod60)).ShouldBe(Msg.Of(MessageNumber.UserauthMethod60, "", "", "", 1u, prompt, false));
        await peer.SendAsync(Msg.Of(MessageNumber.UserauthInfoResponse, 1u, answer));
    }

    private static async Task ExpectFailureAsync(RawPeer peer, string methods, bool isPartial) =>
        (await peer.ExpectAsync(MessageNumber.UserauthFailure)).ShouldBe(Msg.Of(MessageNumber.UserauthFailure, methods, isPartial));

    private static LoginOutcome Accept(string user) => LoginOutcome.Accepted(new UserAccount { UserName = user, HomeDirectory = "/" });

    private static byte[] SignedRequest(SshPrivateKey key, byte[] sessionId, string user)
    {
        byte[] request = Msg.Of(MessageNumber.UserauthRequest, user, "ssh-connection", "publickey", true, key.Algorithms[0], key.PublicKey.Blob.ToArray());
        byte[] signature = key.Sign(key.Algorithms[0], [.. Msg.Of(default, sessionId)[1..], .. request]);
        return [.. request, .. Msg.Of(default, signature)[1..]];
    }
}
