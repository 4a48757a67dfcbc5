using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Hpc.Accounts.Authentication;

/// <summary>
/// Verifies passwords on threads of its own, so that logins never take the threads that move bytes, and no more processors and memory than it was given.
/// </summary>
public sealed class PasswordWorkers : IDisposable
{
    private readonly PasswordWorkersOptions _options;
    private readonly IPasswordVerifier _verifier;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    // Full: the password is refused unseen (PasswordCheck.QueueFull).
    private readonly BlockingCollection<PasswordJob> _queue;
    private readonly Thread[] _threads;
    private int _disposed;

    /// <summary>Starts the threads.</summary>
    public PasswordWorkers(PasswordWorkersOptions options, TimeProvider time, ILogger<PasswordWorkers> logger)
        : this(options, PasswordVerifier.Instance, time, logger)
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
        _queue = new BlockingCollection<PasswordJob>(options.QueueLength);
        _threads = new Thread[options.Threads];
        for (int i = 0; i < _threads.Length; i++)
        {
            _threads[i] = new Thread(Work) { IsBackground = true, Name = $"password-{i}" };
            _threads[i].Start();
        }
    }

    /// <summary>Compares a password, of which a copy is taken, with a hash. Never throws for the password's or the hash's sake.</summary>
    public async ValueTask<PasswordCheck> VerifyAsync(string hash, ReadOnlyMemory<byte> password, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(hash);
        PasswordCheck check = await QueueAsync(hash, password, ct).ConfigureAwait(false);
        AccountsMetrics.PasswordChecked(check);
        return check;
    }

    /// <summary>Refuses what still waits, and ends the threads.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        _queue.CompleteAdding();
        foreach (Thread thread in _threads)
        {
            thread.Join();
        }

        _queue.Dispose();
    }

    private async ValueTask<PasswordCheck> QueueAsync(string hash, ReadOnlyMemory<byte> password, CancellationToken ct)
    {
        if (ct.IsCancellationRequested)
        {
            return PasswordCheck.TimedOut;
        }

        var job = new PasswordJob(hash, password.Span);
        if (!TryQueue(job, out PasswordCheck refusal))
        {
            job.Dispose();
            return refusal;
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

        job.TryAnswer(PasswordCheck.TimedOut);
        return PasswordCheck.TimedOut;
    }

    private bool TryQueue(PasswordJob job, out PasswordCheck refusal)
    {
        refusal = PasswordCheck.Failed;
        AccountsMetrics.PasswordQueued();
        try
        {
            if (_queue.TryAdd(job))
            {
                return true;
            }

            refusal = PasswordCheck.QueueFull;
            AccountsLog.PasswordQueueFull(_logger, _options.QueueLength);
        }
        catch (InvalidOperationException)
        {
            // The server stops: CompleteAdding was called, or the queue is disposed.
        }

        AccountsMetrics.PasswordTaken();
        return false;
    }

    private void Work()
    {
        foreach (PasswordJob job in _queue.GetConsumingEnumerable())
        {
            AccountsMetrics.PasswordTaken();
            using (job)
            {
                job.TryAnswer(Check(job));
            }
        }
    }

    private PasswordCheck Check(PasswordJob job)
    {
        if (job.IsAbandoned)
        {
            return PasswordCheck.TimedOut;
        }

        if (_queue.IsAddingCompleted)
        {
            return PasswordCheck.Failed;
        }

        try
        {
            return job.Verify(_verifier) ? PasswordCheck.Match : PasswordCheck.Mismatch;
        }
#pragma warning disable CA1031 // Whatever goes wrong refuses this login; the thread lives on for the next.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            AccountsLog.PasswordVerificationFailed(_logger, exception);
            return PasswordCheck.Failed;
        }
    }
}
