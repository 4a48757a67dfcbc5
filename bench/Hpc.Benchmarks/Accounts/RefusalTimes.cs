using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using Hpc.Accounts;
using Hpc.Accounts.Authentication;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Stores;
using Hpc.Crypto.Keys;
using Hpc.Crypto.Passwords;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Benchmarks.Accounts;

/// <summary>
/// Median times of password logins that are refused for different reasons, by turns: <c>refusals [rounds] [bcrypt cost]</c>.
/// The differences are what an attacker could tell users apart by.
/// </summary>
internal static class RefusalTimes
{
    private const string Password = "correct horse";

    public static async Task RunAsync(int rounds, int cost)
    {
        var options = new PasswordWorkersOptions { Threads = 1, Hashing = new PasswordHashOptions { BcryptCost = cost } };
        using var workers = new PasswordWorkers(options, TimeProvider.System, NullLogger<PasswordWorkers>.Instance);
        using var verified = new VerifiedPasswords(new VerifiedPasswordsOptions(), TimeProvider.System);
        MemoryUserStore users = await FillAsync(cost).ConfigureAwait(false);
        var authenticator = new Authenticator(users, workers, TimeProvider.System, NullLogger<Authenticator>.Instance, verified);
        string[] kinds = ["unknown", "wrong-password", "disabled", "expired", "no-password", "key-only", "wrong-address", "denied-method", "must-change", "second-factor", "bad/name"];
        var times = kinds.ToDictionary(static kind => kind, _ => new double[rounds], StringComparer.Ordinal);
        for (int i = -50; i < rounds; i++)
        {
            // Another order in every round, so that nobody always follows the same.
            foreach (int at in Enumerable.Range(0, kinds.Length).Select(k => ((k * 7) + Math.Abs(i)) % kinds.Length))
            {
                LoginAttempt attempt = NewAttempt(kinds[at]);
                long start = Stopwatch.GetTimestamp();
                LoginOutcome outcome = await authenticator.AuthenticateAsync(attempt, CancellationToken.None).ConfigureAwait(false);
                double elapsed = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                if (outcome.Verdict != LoginVerdict.Refused)
                {
                    throw new InvalidOperationException($"{kinds[at]} was let in.");
                }

                if (i >= 0)
                {
                    times[kinds[at]][i] = elapsed;
                }
            }
        }

        Report(times);
    }

    private static void Report(Dictionary<string, double[]> times)
    {
        var medians = new List<double>();
        foreach ((string kind, double[] values) in times)
        {
            Array.Sort(values);
            medians.Add(values[values.Length / 2]);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{kind,-16} median {medians[^1],8:F3} ms   p90 {values[values.Length * 9 / 10],8:F3} ms"));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"widest difference of medians {medians.Max() - medians.Min():F3} ms"));
    }

    private static LoginAttempt NewAttempt(string kind) => new()
    {
        UserName = kind,
        RemoteAddress = IPAddress.Loopback,
        Protocol = ProtocolNames.Ssh,
        Method = LoginMethod.Password,
        Password = Encoding.UTF8.GetBytes(kind == "wrong-password" ? "wrong" : Password),
    };

    private static async Task<MemoryUserStore> FillAsync(int cost)
    {
        using SshPrivateKey key = SshPrivateKeys.Generate("ssh-ed25519");
        var users = new MemoryUserStore();
        UserAccount user = new() { UserName = "x", HomeDirectory = "/", PasswordHash = PasswordHash.HashBcrypt(Encoding.UTF8.GetBytes(Password), cost) };
        foreach (UserAccount account in new[]
        {
            user with { UserName = "wrong-password" },
            user with { UserName = "disabled", IsEnabled = false },
            user with { UserName = "expired", ExpiresAt = DateTimeOffset.UnixEpoch },
            user with { UserName = "no-password", PasswordHash = null },
            user with { UserName = "key-only", PasswordHash = null, PublicKeys = [OpenSshPublicKey.Format(key.PublicKey, "key")] },
            user with { UserName = "wrong-address", Logins = new LoginRules { AllowedSources = ["198.51.100.0/24"] } },
            user with { UserName = "denied-method", Logins = new LoginRules { DeniedMethods = [LoginMethodNames.Password] } },
            user with { UserName = "must-change", Logins = new LoginRules { RequirePasswordChange = true } },
            user with { UserName = "second-factor", Logins = new LoginRules { Totp = new TotpConfig { Enabled = true, Protocols = [ProtocolNames.Ssh] } } },
        })
        {
            await users.AddAsync(account, CancellationToken.None).ConfigureAwait(false);
        }

        return users;
    }
}
