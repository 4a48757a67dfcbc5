using Hpc.Accounts.Sessions;
using Hpc.HttpApi.Endpoints;
using Hpc.Storage;
using Microsoft.AspNetCore.Http;

namespace Hpc.HttpApi.Files;

/// <summary>A session that lasts for one request.</summary>
internal sealed class FileSession(SessionGrant grant, ApiCall call, CancellationToken lifetime)
{
    public ApiCall Call => call;

    public HttpContext Http => call.Http;

    /// <summary>What it sees and may do; every rule is decided there.</summary>
    public IFileSystem Files => grant.Files;

    /// <summary>Where relative paths begin.</summary>
    public VirtualPath StartDirectory => grant.StartDirectory;

    public SessionMeter Meter => grant.Meter;

    /// <summary>Cancelled with the client, and when somebody ends the session.</summary>
    public CancellationToken Lifetime => lifetime;

    /// <summary>The answer to a read that failed; throws if that is because the session or the client is gone.</summary>
    public IResult RefuseRead(StorageError error)
    {
        ThrowIfOver(error);
        return FileFailure.OfRead(error);
    }

    /// <summary>The answer to a change that failed; throws if that is because the session or the client is gone.</summary>
    public IResult RefuseWrite(StorageError error)
    {
        ThrowIfOver(error);
        return FileFailure.OfWrite(error);
    }

    /// <summary>The answer to a change: done, or why not.</summary>
    public IResult AnswerChange(StorageError error, string done, int status = StatusCodes.Status200OK) => error == StorageError.None ? Answer.Done(done, status) : RefuseWrite(error);

    private void ThrowIfOver(StorageError error)
    {
        if (error == StorageError.Cancelled)
        {
            lifetime.ThrowIfCancellationRequested();
        }
    }
}
