using System.Runtime.CompilerServices;
using Hpc.Accounts;
using Hpc.Accounts.Sessions;
using Hpc.Storage;
using Microsoft.Extensions.Logging;

namespace Hpc.Actors.Sessions;

/// <summary>What all session actors of a node share.</summary>
internal sealed record SessionScope(
    SessionTable Table,
    SessionLimits Limits,
    Func<SessionRequest, CancellationToken, ValueTask<StorageResult<IFileSystem>>> OpenFiles,
    TimeProvider Time,
    Func<long> TickCount,
    ILogger Logger,
    ISessionPlaces? Places = null)
{
    // The directory hands out one object for an account until it changes. Read again for each session, an account would cost more than all the rest of opening one.
    private readonly ConditionalWeakTable<UserAccount, SessionAccount> _accounts = [];

    /// <summary>What sessions keep of an account.</summary>
    public SessionAccount Keep(UserAccount user) => _accounts.GetValue(user, static account => new SessionAccount(account));

    /// <summary>Gives a session's files back: what only lets go of handles here, what may have to wait off the calling thread.</summary>
    public static void DisposeFiles(SessionScope scope, IFileSystem files)
    {
        if (files is IAsyncDisposable)
        {
            _ = Task.Run(() => DisposeAsync(scope, files));
        }
        else if (files is IDisposable)
        {
            _ = DisposeAsync(scope, files);
        }
    }

    private static async Task DisposeAsync(SessionScope scope, IFileSystem files)
    {
        try
        {
            if (files is IAsyncDisposable asyncDisposable)
            {
                await asyncDisposable.DisposeAsync().ConfigureAwait(false);
            }
            else
            {
                (files as IDisposable)?.Dispose();
            }
        }
        catch (Exception error)
        {
            SessionLog.DisposingFilesFailed(scope.Logger, error);
        }
    }
}
