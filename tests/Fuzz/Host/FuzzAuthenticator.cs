using System.Text;
using Hpc.Accounts;
using Hpc.Accounts.Authentication;

namespace Hpc.Fuzz.Tests.Host;

/// <summary>One user with one password and one key; sometimes the verdict takes a turn of the thread pool, as that of a worker does.</summary>
internal sealed class FuzzAuthenticator(string password, ReadOnlyMemory<byte> userKey) : IAuthenticator
{
    public const string User = "alice";

    private int _asked;

    public async ValueTask<LoginOutcome> AuthenticateAsync(LoginAttempt attempt, CancellationToken ct)
    {
        if ((Interlocked.Increment(ref _asked) & 1) == 0)
        {
            await Task.Yield();
        }

        if (attempt.UserName != User)
        {
            return LoginOutcome.Refused("unknown user");
        }

        return attempt.Method switch
        {
            LoginMethod.Password or LoginMethod.KeyboardInteractive when attempt.Password.Span.SequenceEqual(Encoding.UTF8.GetBytes(password)) => Accept(),
            LoginMethod.PublicKey when attempt.PublicKey.Span.SequenceEqual(userKey.Span) => attempt.PossessionProven ? Accept() : LoginOutcome.KeyAcceptable,
            _ => LoginOutcome.Refused("wrong credential"),
        };
    }

    private static LoginOutcome Accept() => LoginOutcome.Accepted(new UserAccount { UserName = User, HomeDirectory = "/" });
}
