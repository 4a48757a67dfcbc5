using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Hpc.Accounts.Authentication;

/// <summary>
/// Verifies and hashes passwords on threads of its own, so that logins never take the threads that move bytes, and no more processors and memory than it was given.
/// Addresses take turns: a flood from one of them does not hold up the logins from others.
/// </summary>
public sealed class PasswordWorkers : IPasswordHasher, IDisposable
{
    private readonly PasswordWorkersOptions _options;
    private readonly IPasswordVerifier _verifier;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    // Full: the password is refused unseen (PasswordCheck.QueueFull).
    private readonly FairQueue<PasswordJob> _queue;
    private readonly Thread[] _threads;
    private int _disposed;

    /// <summary>Starts the threads.</summary>
    public PasswordWorkers(PasswordWorkersOptions options, TimeProvider time, ILogger<PasswordWorkers> logger)
        : this(options, new PasswordVerifier((options ?? throw new ArgumentNullException(nameof(options))).Hashing), time, logger)
    {
    }

    internal PasswordWorkers(PasswordWorkersOptions options, IPasswordVerifier verifier, TimeProvider time, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Threads, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.QueueLength, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.Timeout, TimeSpan.Zero);
        _options = options;
        _verifier = verifier;
        _time = time;
        _logger = logger;
        _queue = new FairQueue<PasswordJob>(options.QueueLength, Math.Max(options.QueueLength / 2, 1));
        _threads = new Thread[options.Threads];
        for (int i = 0; i < _threads.Length; i++)
        {
            _threads[i] = new Thread(Work) { IsBackground = true, Name = $"password-{i}" };
            _threads[i].Start();
        }
    }

    /// <summary>Compares a password, of which a copy is taken, with a hash. Never throws for the password's or the hash's sake.</summary>
    public ValueTask<PasswordCheck> VerifyAsync(string hash, ReadOnlyMemory<byte> password, CancellationToken ct) => VerifyAsync(hash, password, null, ct);

    /// <summary>The same for a login from an address: half of the queue at most is for one address (a /64 of IPv6).</summary>
    public async ValueTask<PasswordCheck> VerifyAsync(string hash, ReadOnlyMemory<byte> password, IPAddress? source, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(hash);
        var job = new PasswordJob(hash, password.Span, _time.GetTimestamp());
        PasswordResult result = await QueueAsync(job, SourceOf(source), isIdleWork: false, ct).ConfigureAwait(false);
        AccountsMetrics.PasswordChecked(result.Check);
        return result.Check;
    }

    /// <inheritdoc/>
    public int MaxPasswordBytes => _verifier.MaxPasswordBytes;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">No hash can be made of the password: it is empty, holds NUL, or is longer than the algorithm looks at.</exception>
    public async ValueTask<string?> HashAsync(ReadOnlyMemory<byte> password, CancellationToken ct)
    {
        if (!_verifier.CanHash(password.Span))
        {
            throw new ArgumentException("No hash can be made of the password.", nameof(password));
        }

        var job = new PasswordJob(null, password.Span, _time.GetTimestamp());
        return (await QueueAsync(job, 0, isIdleWork: false, ct).ConfigureAwait(false)).NewHash;
    }

    /// <inheritdoc/>
    public bool IsPreferred(string hash)
    {
        ArgumentNullException.ThrowIfNull(hash);
        return _verifier.IsPreferred(hash);
    }

    /// <summary>The hash of a password if nobody waits for a thread; null otherwise, if it was not done in time, or if the algorithm cannot take it.</summary>
    internal async ValueTask<string?> TryHashIdleAsync(ReadOnlyMemory<byte> password, CancellationToken ct)
    {
        if (!_verifier.CanHash(password.Span))
        {
            return null;
        }

        var job = new PasswordJob(null, password.Span, _time.GetTimestamp());
        return (await QueueAsync(job, 0, isIdleWork: true, ct).ConfigureAwait(false)).NewHash;
    }

    /// <summary>A hash of the cost of new ones that fits no password.</summary>
    internal string NewDecoy() => _verifier.NewDecoy();

    /// <summary>Refuses what still waits, and ends the threads.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        _queue.Complete();
        foreach (Thread thread in _threads)
        {
            thread.Join();
        }
    }

    private async ValueTask<PasswordResult> QueueAsync(PasswordJob job, ulong source, bool isIdleWork, CancellationToken ct)
    {
        if (ct.IsCancellationRequested)
        {
            job.Dispose();
            return new PasswordResult(PasswordCheck.TimedOut, null);
        }

        if (!TryQueue(job, source, isIdleWork, out PasswordCheck refusal))
        {
            job.Dispose();
            return new PasswordResult(refusal, null);
        }

        try
        {
            return await job.Answer.WaitAsync(_options.Timeout, _time, ct).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            AccountsLog.PasswordTimedOut(_logger, _options.Timeout);
        }
        catch (OperationCanceledException)
        {
            // The caller logs why it gave up.
        }

        var timedOut = new PasswordResult(PasswordCheck.TimedOut, null);
        job.TryAnswer(timedOut);
        return timedOut;
    }

    private bool TryQueue(PasswordJob job, ulong source, bool isIdleWork, out PasswordCheck refusal)
    {
        refusal = PasswordCheck.QueueFull;

        // Counted first: a worker may take it before this thread goes on.
        AccountsMetrics.PasswordQueued();
        if (isIdleWork ? _queue.TryAddIfEmpty(source, job) : _queue.TryAdd(source, job))
        {
            return true;
        }

        AccountsMetrics.PasswordTaken();
        if (_queue.IsCompleted)
        {
            refusal = PasswordCheck.Failed;
        }
        else if (!isIdleWork)
        {
            AccountsLog.PasswordQueueFull(_logger, _queue.Count);
        }

        return false;
    }

    private void Work()
    {
        while (_queue.TryTake(out PasswordJob? job))
        {
            AccountsMetrics.PasswordTaken();
            AccountsMetrics.PasswordWaited(_time.GetElapsedTime(job.QueuedAt));
            using (job)
            {
                job.TryAnswer(Do(job));
            }
        }
    }

    private PasswordResult Do(PasswordJob job)
    {
        if (job.IsAbandoned)
        {
            return new PasswordResult(PasswordCheck.TimedOut, null);
        }

        if (_queue.IsCompleted)
        {
            return new PasswordResult(PasswordCheck.Failed, null);
        }

        try
        {
            return job.Do(_verifier);
        }
#pragma warning disable CA1031 // Whatever goes wrong refuses this login; the thread lives on for the next.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            AccountsLog.PasswordVerificationFailed(_logger, exception);
            return new PasswordResult(PasswordCheck.Failed, null);
        }
    }

    /// <summary>An IPv4 address, or the first 64 bits of one of IPv6; never 0 for an address.</summary>
    private static ulong SourceOf(IPAddress? address)
    {
        if (address is null)
        {
            return 0;
        }

        Span<byte> bytes = stackalloc byte[16];
        IPAddress plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        plain.TryWriteBytes(bytes, out _);

        // No network of IPv6 begins with the mark of IPv4's.
        return plain.AddressFamily == AddressFamily.InterNetwork
            ? 0x0000_FFFF_0000_0000UL | BinaryPrimitives.ReadUInt32BigEndian(bytes)
            : Math.Max(BinaryPrimitives.ReadUInt64BigEndian(bytes), 1);
    }
}
