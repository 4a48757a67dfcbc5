using System.Net;
using Hpc.Accounts;
using Hpc.Accounts.Authentication;
using Hpc.Accounts.Sessions;
using Hpc.HttpApi.Endpoints;
using Microsoft.AspNetCore.Http;

namespace Hpc.HttpApi.Files;

/// <summary>What is done in a session; null if it has written its answer itself.</summary>
internal delegate ValueTask<IResult?> FileWork(FileSession session);

/// <summary>Opens a session for a request and closes it with the request: kicks, drains and changed accounts end it as any other.</summary>
internal sealed class FileSessions(HttpApiParts parts)
{
    public const string Http = "HTTP";
    public const string HttpShare = "HTTPShare";

    private const int MaxAgent = 255;
    private const string RetrySeconds = "5";

    /// <summary>For the user who asks.</summary>
    public ValueTask<IResult> RunAsync(ApiCall call, FileWork work) =>
        RunAsync(call, RequestOf(call, call.Principal.User!, Http, call.Principal.ApiKeyId is null ? LoginMethod.Password : LoginMethod.ApiKey), work);

    /// <summary>For whoever uses a share, with its owner's permissions.</summary>
    public ValueTask<IResult> RunAsync(ApiCall call, UserAccount owner, SessionShare share, FileWork work) =>
        RunAsync(call, RequestOf(call, owner, HttpShare, LoginMethod.None) with { Share = share }, work);

    private async ValueTask<IResult> RunAsync(ApiCall call, SessionRequest session, FileWork work)
    {
        if (parts.Sessions is not { } gate)
        {
            return Answer.NotImplemented("Files are not served by this server.");
        }

        var obstacle = SessionObstacle.Limit;
        SessionRequest request = session with { Refused = why => obstacle = why };
        if (await gate.OpenAsync(request, call.Aborted).ConfigureAwait(false) is not { } grant)
        {
            return Refuse(call, request, obstacle);
        }

        var reason = SessionEndReason.ServerFault;
        try
        {
            using var lifetime = CancellationTokenSource.CreateLinkedTokenSource(call.Aborted, grant.Ended);
            IResult? result = await work(new FileSession(grant, call, lifetime.Token)).ConfigureAwait(false);
            reason = grant.Ended.IsCancellationRequested ? grant.EndReason : SessionEndReason.ClosedByPeer;
            return result ?? Results.Empty;
        }
        catch (OperationCanceledException) when (grant.Ended.IsCancellationRequested)
        {
            reason = grant.EndReason;
            return Ended(call, grant);
        }
        catch (Exception) when (call.Http.RequestAborted.IsCancellationRequested)
        {
            reason = SessionEndReason.ConnectionLost;
            throw;
        }
        finally
        {
            grant.Close(reason);
        }
    }

    private static IResult Refuse(ApiCall call, SessionRequest request, SessionObstacle obstacle)
    {
        if (obstacle == SessionObstacle.AccountChanged)
        {
            return Answer.Forbidden(request.Share is null ? "The account was changed; log in again." : "The share was changed; ask again.");
        }

        call.Http.Response.Headers.RetryAfter = RetrySeconds;
        return obstacle switch
        {
            SessionObstacle.Limit => Answer.Refused(StatusCodes.Status429TooManyRequests, "Too many sessions are open; try again later."),
            SessionObstacle.FilesUnavailable => Answer.Refused(StatusCodes.Status503ServiceUnavailable, "The files of this account are not available."),
            _ => Answer.Refused(StatusCodes.Status503ServiceUnavailable, "No session can be opened now; try again later."),
        };
    }

    private static IResult Ended(ApiCall call, SessionGrant grant)
    {
        if (call.Http.Response.HasStarted)
        {
            // An answer that breaks off says that it is not whole.
            call.Http.Abort();
            return Results.Empty;
        }

        return grant.EndReason is SessionEndReason.Drained or SessionEndReason.IdleTimeout or SessionEndReason.MaxDuration
            ? Answer.Refused(StatusCodes.Status503ServiceUnavailable, "The session was ended; try again.")
            : Answer.Forbidden("The session was ended.");
    }

    private static SessionRequest RequestOf(ApiCall call, UserAccount user, string protocol, LoginMethod method)
    {
        ConnectionInfo connection = call.Http.Connection;
        return new SessionRequest
        {
            User = user,
            Protocol = protocol,
            Remote = new IPEndPoint(call.Remote, connection.RemotePort),
            Local = new IPEndPoint(connection.LocalIpAddress ?? IPAddress.None, connection.LocalPort),
            ClientVersion = Printable(call.Http.Request.Headers.UserAgent.ToString()),
            Method = method,
            ConnectionId = "HTTP_" + call.Http.TraceIdentifier,
        };
    }

    private static string Printable(string text) =>
        string.Create(Math.Min(text.Length, MaxAgent), text, static (span, source) =>
        {
            for (int i = 0; i < span.Length; i++)
            {
                span[i] = source[i] is >= ' ' and <= '~' ? source[i] : '?';
            }
        });
}
