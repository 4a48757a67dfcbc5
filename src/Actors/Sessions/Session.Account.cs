using Hpc.Accounts;
using Hpc.Accounts.Sessions;
using Hpc.Storage;
using Hpc.Storage.Vfs;

namespace Hpc.Actors.Sessions;

// Changes of the account while the session is open.
internal sealed partial class Session : IAccountSession
{
    public UInt128 CredentialDigest => Volatile.Read(ref _account).CredentialDigest;

    public bool IsEnding => IsClosed || Volatile.Read(ref _endReason) != Alive;

    public async ValueTask<StorageResult> ChangeAsync(UserAccount user, CancellationToken ct)
    {
        if (Files is not SessionFiles files)
        {
            return StorageError.NotSupported;
        }

        SessionAccount account = Scope.Keep(user);
        SessionRequest request = Request with { User = account.User };
        StorageResult<IFileSystem> opened = await OpenFilesAsync(request with { User = user }, ct).ConfigureAwait(false);
        if (!opened.IsSuccess)
        {
            return opened.Error;
        }

        if (opened.Value is not UserFileSystem next)
        {
            SessionScope.DisposeFiles(Scope, opened.Value);
            return StorageError.NotSupported;
        }

        // The files first: an account that is known as the one of now is in force.
        if (files.Exchange(next))
        {
            Volatile.Write(ref _request, request);
            Volatile.Write(ref _account, account);
        }

        return StorageResult.Success;
    }

    public bool Revoke(SessionEndReason reason)
    {
        bool isFirst = End(reason);
        (Files as SessionFiles)?.Dispose();
        return isFirst;
    }

    /// <summary>What comes when nobody waits for it any more is given back.</summary>
    private async ValueTask<StorageResult<IFileSystem>> OpenFilesAsync(SessionRequest request, CancellationToken ct)
    {
        ValueTask<StorageResult<IFileSystem>> opening = Scope.OpenFiles(request, ct);
        if (opening.IsCompletedSuccessfully)
        {
            return opening.Result;
        }

        Task<StorageResult<IFileSystem>> opened = opening.AsTask();
        try
        {
            return await opened.WaitAsync(ct).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            _ = GiveBackAsync(opened);
            return StorageError.Cancelled;
        }
    }

    private async Task GiveBackAsync(Task<StorageResult<IFileSystem>> opening)
    {
        try
        {
            if (await opening.ConfigureAwait(false) is { IsSuccess: true } late)
            {
                SessionScope.DisposeFiles(Scope, late.Value);
            }
        }
        catch (Exception error)
        {
            SessionLog.DisposingFilesFailed(Scope.Logger, error);
        }
    }
}
