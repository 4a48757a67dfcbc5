using Hpc.SshProtocol.Ssh.Channels;
using Hpc.Storage;

namespace Hpc.SshProtocol.Sftp;

// Limits of speed: READs that may not be answered yet wait without memory of their own, and runs of WRITEs are kept as short as the limit is low.
internal sealed partial class SftpServer
{
    // Bytes from which on a run of WRITEs is written before more is taken.
    private int _runMost = int.MaxValue;

    // What the file of the last run can expect; null without a limit.
    private long? _runRate;

    public bool IsHeldBack { get; private set; }

    public int WindowOfUse => _runRate is { } rate ? SshChannel.WindowOf(rate) : int.MaxValue;

    /// <summary>Waits until the first READ of the queue may be answered.</summary>
    private Step AwaitPace(IFilePace pace, int least)
    {
        BeginToWait(pace);
        _running = GoOnLaterAsync(pace.WaitAsync(least, Lifetime));
        return Step.Wait;
    }

    private void BeginToWait(IFilePace? pace)
    {
        _isBusy = true;
        IsHeldBack = pace is not null;
    }

    private async Task GoOnLaterAsync(ValueTask<bool> pending)
    {
        StorageError error = await AwaitPaceAsync(pending).ConfigureAwait(false);
        await LeaveTurn();
        lock (_channel.Turn)
        {
            _isBusy = false;
            IsHeldBack = false;
            _asideError = error;
            try
            {
                if (_phase > SftpPhase.Open)
                {
                    DropReads();
                }
                else
                {
                    GoOn();
                }
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                EndByFault(exception);
            }
        }

        _channel.Flush();
    }

    /// <summary>Awaits a turn; a fault becomes an I/O error and a log line.</summary>
    private async ValueTask<StorageError> AwaitPaceAsync(ValueTask<bool> pending)
    {
        Meter.BeginWait();
        try
        {
            return await pending.ConfigureAwait(false) ? StorageError.None : StorageError.Cancelled;
        }
#pragma warning disable CA1031 // A fault of a limit is answered and logged.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            SftpLog.OperationFaulted(_logger, exception, _grant.SessionId, _grant.ConnectionId, "read");
            return StorageError.IoError;
        }
        finally
        {
            Meter.EndWait(Environment.TickCount64);
        }
    }

    /// <summary>Awaits a read or write, which may wait for its turn.</summary>
    private async ValueTask<StorageResult<int>> AwaitTurnAsync(ValueTask<StorageResult<int>> pending, IFilePace? pace, string operation)
    {
        if (pace is null)
        {
            return await AwaitAsync(pending, operation).ConfigureAwait(false);
        }

        Meter.BeginWait();
        try
        {
            return await AwaitAsync(pending, operation).ConfigureAwait(false);
        }
        finally
        {
            Meter.EndWait(Environment.TickCount64);
        }
    }
}
