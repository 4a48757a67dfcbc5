using System.Collections.Concurrent;
using System.Text;
using Hpc.Accounts.Authentication;
using Hpc.Crypto.Passwords;

namespace Hpc.Accounts.Tests.Authentication;

/// <summary>Counts the verifications, and stops or breaks them on demand.</summary>
internal sealed class CountingVerifier : IPasswordVerifier
{
    private int _running;

    public ConcurrentQueue<(string Hash, string Password, string? Thread)> Calls { get; } = new();

    public ManualResetEventSlim Open { get; } = new(initialState: true);

    public SemaphoreSlim Entered { get; } = new(0);

    public Func<string, string, bool>? Answer { get; set; }

    public ConcurrentQueue<string> Hashed { get; } = new();

    /// <summary>Beginning of hashes of the algorithm for new ones.</summary>
    public string Preferred { get; set; } = "$2";

    public int MostAtOnce { get; private set; }

    public bool Verify(string hash, ReadOnlySpan<byte> password)
    {
        int running = Interlocked.Increment(ref _running);
        lock (Entered)
        {
            MostAtOnce = Math.Max(MostAtOnce, running);
        }

        string text = Encoding.UTF8.GetString(password);
        Calls.Enqueue((hash, text, Thread.CurrentThread.Name));
        Entered.Release();
        try
        {
            Open.Wait(TimeSpan.FromSeconds(60)).ShouldBeTrue();
            return Answer?.Invoke(hash, text) ?? PasswordHash.Verify(hash, password);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    public bool CanHash(ReadOnlySpan<byte> password) => PasswordHash.IsUsable(password);

    public string Hash(ReadOnlySpan<byte> password)
    {
        Hashed.Enqueue(Encoding.UTF8.GetString(password));
        Entered.Release();
        Open.Wait(TimeSpan.FromSeconds(60)).ShouldBeTrue();
        return PasswordHash.HashBcrypt(password, 4);
    }

    public bool IsPreferred(string hash) => hash.StartsWith(Preferred, StringComparison.Ordinal);

    public string NewDecoy() => PasswordHash.NewDecoy();
}
