using System.Text;
using Hpc.Accounts;
using Hpc.Accounts.Authentication;

namespace Hpc.Fuzz.Tests.Host;

/// <summary>
/// One user with one password, one key, and behind keyboard-interactive any code. Sometimes the key is the first of two steps,
/// and sometimes the verdict takes a turn of the thread pool, as that of a worker does.
/// </summary>
internal sealed class FuzzAuthenticator(string password, ReadOnlyMemory<byte> userKey) : IAuthenticator
{
    public const string User = "alice";

    private int _asked;

    public async ValueTask<LoginOutcome> AuthenticateAsync(LoginAttempt attempt, CancellationToken ct)
    {
        int asked = Interlocked.Increment(ref _asked);
        if ((asked & 1) == 0)
        {
            await Task.Yield();
        }

        if (attempt.UserName != User)
        {
            return LoginOutcome.Refused("unknown user");
        }

        return attempt.Method switch
        {
            LoginMethod.KeyboardInteractive when attempt.Passcode is null && attempt.Password.Span.SequenceEqual(Encoding.UTF8.GetBytes(password)) => LoginOutcome.PasscodeNeeded,
            LoginMethod.Password or LoginMethod.KeyboardInteractive when attempt.Password.Span.SequenceEqual(Encoding.UTF8.GetBytes(password)) => Accept(),
            LoginMethod.PublicKey when attempt.PublicKey.Span.SequenceEqual(userKey.Span) => !attempt.PossessionProven ? LoginOutcome.KeyAcceptable
                : asked % 4 < 2 ? LoginOutcome.Partial([LoginMethod.Password]) with { IsPasscodeAlone = asked % 8 < 4 } : Accept(),
            _ => LoginOutcome.Refused("wrong credential"),
        };
    }

    private static LoginOutcome Accept() => LoginOutcome.Accepted(new UserAccount { UserName = User, HomeDirectory = "/" });
}
