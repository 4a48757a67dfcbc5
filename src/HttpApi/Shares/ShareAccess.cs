using System.Globalization;
using System.Net;
using Hpc.Accounts;
using Hpc.Accounts.Authentication;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;
using Hpc.Accounts.Sessions;
using Hpc.Crypto.Passwords;
using Hpc.HttpApi.Endpoints;
using Hpc.HttpApi.Files;
using Hpc.HttpApi.Hosting;
using Hpc.HttpApi.Parts;
using Hpc.HttpApi.Principals;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Hpc.HttpApi.Shares;

/// <summary>Whether a request may use a share (R11.16, R3.27). Wrong passwords of one address are bounded, and told to who counts them.</summary>
internal sealed partial class ShareAccess : IDisposable
{
    private readonly HttpApiParts _parts;
    private readonly FileSessions _sessions;
    private readonly VerifiedPasswords _verified;
    private readonly TokenBuckets _wrongPasswords;
    private readonly TimeSpan _limitPeriod;
    private readonly ILogger _logger;

    public ShareAccess(HttpApiParts parts, HttpApiOptions options, FileSessions sessions, ILogger<ShareAccess> logger)
    {
        _parts = parts;
        _sessions = sessions;
        _verified = new VerifiedPasswords(new VerifiedPasswordsOptions(), parts.Time);
        _wrongPasswords = new TokenBuckets(options.Limits.LoginsPerPeriod, options.Limits.Period, parts.Time);
        _limitPeriod = options.Limits.Period;
        _logger = logger;
    }

    public void Dispose() => _verified.Dispose();

    /// <summary>Does something with a share in a session of its owner, with the owner's permissions.</summary>
    public async ValueTask<IResult> RunAsync(ApiCall call, ShareScope scope, Func<FileSession, OpenedShare, ValueTask<IResult?>> work)
    {
        Share? share = (await _parts.Services.Shares.FindAsync(call.Route("id"), ChangeContext.Operator, call.Aborted).ConfigureAwait(false))?.Value;
        if (share is null && !IsOfAnotherPage(call.Http.Request))
        {
            _parts.ShareGuard?.OnRefused(call.Remote, ShareRefusal.Unknown);
        }

        if (share is null || IsOver(share) || await FindOwnerAsync(share, call.Aborted).ConfigureAwait(false) is not { } owner)
        {
            return NotFound();
        }

        if (share.AllowFrom.Count > 0 && !new NetworkList(share.AllowFrom).Contains(call.Remote))
        {
            return Answer.Forbidden("The share is not for this address.");
        }

        if (!((ShareScope)share.Scope).HasFlag(scope) || (scope == ShareScope.Write && owner.WebClient.Contains(WebClientOptions.WriteDisabled, StringComparer.Ordinal)))
        {
            return Answer.Forbidden("The share is not for this.");
        }

        return await CheckPasswordAsync(call, share).ConfigureAwait(false)
            ?? await _sessions.RunAsync(call, owner, SessionShare.Of(share), session => work(session, new OpenedShare(share, owner))).ConfigureAwait(false);
    }

    /// <summary>Takes one use of the share; null if there are no more, or the share is another one by now: a form of many files may have been on its way for long.</summary>
    public async ValueTask<ShareUse?> TryTakeAsync(OpenedShare opened, CancellationToken ct)
    {
        Share? now = (await _parts.Services.Shares.FindAsync(opened.Share.Id, ChangeContext.Operator, ct).ConfigureAwait(false))?.Value;
        return now is not null && !IsOver(now) && SessionShare.DigestOf(now) == SessionShare.DigestOf(opened.Share)
            ? await ShareUse.TryTakeAsync(_parts.Provider.Activity, now, _parts.Time.GetUtcNow(), ct).ConfigureAwait(false)
            : null;
    }

    /// <summary>The same for shares that there are not, that are over, and that are used up.</summary>
    public static IResult NotFound() => Answer.NotFound("There is no such share.");

    // Any page can make its visitors' browsers ask for shares that there are not, and would get them banned. Who pretends to be such a browser gains nothing: ids cannot be guessed.
    private static bool IsOfAnotherPage(HttpRequest request) =>
        request.Headers["Sec-Fetch-Site"] == "cross-site" && request.Headers["Sec-Fetch-Mode"] != "navigate";

    private bool IsOver(Share share) =>
        (share.ExpiresAt > 0 && share.ExpiresAt <= _parts.Time.GetUtcNow().ToUnixTimeMilliseconds()) || (share.MaxTokens > 0 && share.UsedTokens >= share.MaxTokens);

    /// <summary>The owner if it could use its files over HTTP itself and may have shares; its own addresses and times are not those of who uses the share.</summary>
    private async ValueTask<UserAccount?> FindOwnerAsync(Share share, CancellationToken ct)
    {
        UserAccount? owner = await _parts.Directory.FindAsync(share.Username, ct).ConfigureAwait(false);
        bool isIn = owner is { IsEnabled: true }
            && !(owner.ExpiresAt <= _parts.Time.GetUtcNow())
            && !owner.Logins.DeniedProtocols.Contains(ProtocolNames.Http, StringComparer.Ordinal)
            && !owner.WebClient.Contains(WebClientOptions.SharesDisabled, StringComparer.Ordinal);
        return isIn ? owner : null;
    }

    /// <summary>Null if there is no password, or the right one was given.</summary>
    private async ValueTask<IResult?> CheckPasswordAsync(ApiCall call, Share share)
    {
        if (string.IsNullOrEmpty(share.Password))
        {
            return null;
        }

        using BasicCredentials? basic = BasicCredentials.Read(call.Http.Request);
        if (basic is null)
        {
            return Unauthorized(call);
        }

        if (_verified.Knows(share.Id, share.Password, basic.Password.Span))
        {
            return null;
        }

        // Taken before it is known whether the password is right, so that tries at the same moment do not pass the number together.
        if (_wrongPasswords.Take(call.Remote) > TimeSpan.Zero)
        {
            HttpApiMetrics.RequestLimited();
            call.Http.Response.Headers.RetryAfter = Math.Max((int)_limitPeriod.TotalSeconds, 1).ToString(CultureInfo.InvariantCulture);
            return Answer.Refused(StatusCodes.Status429TooManyRequests, "Too many wrong passwords; try again later.");
        }

        PasswordCheck check = _parts.Passwords is { } workers && PasswordHash.IsUsable(basic.Password.Span)
            ? await workers.VerifyAsync(share.Password, basic.Password, call.Remote, call.Aborted).ConfigureAwait(false)
            : PasswordCheck.Mismatch;
        if (check != PasswordCheck.Mismatch)
        {
            _wrongPasswords.GiveBack(call.Remote);
        }

        switch (check)
        {
            case PasswordCheck.Match:
                _verified.Add(share.Id, share.Password, basic.Password.Span);
                return null;
            case PasswordCheck.Mismatch:
                Count(call.Remote);
                return Unauthorized(call);
            default:
                return Answer.Refused(StatusCodes.Status503ServiceUnavailable, "Too many passwords are being verified; try again.");
        }
    }

    private void Count(IPAddress remote)
    {
        _parts.ShareGuard?.OnRefused(remote, ShareRefusal.WrongPassword);
        WrongPassword(_logger, remote);
    }

    private static IResult Unauthorized(ApiCall call)
    {
        call.Http.Response.Headers.WWWAuthenticate = "Basic realm=\"share\", charset=\"UTF-8\"";
        return Answer.Refused(StatusCodes.Status401Unauthorized, "The share has a password, and this is not it.");
    }

    [LoggerMessage(6030, LogLevel.Information, "A wrong password for a share was given from {Remote}.")]
    private static partial void WrongPassword(ILogger logger, IPAddress remote);
}
