using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;

namespace Hpc.Server.Admin;

/// <summary>Asks a running server on this machine.</summary>
internal sealed class AdminClient : IDisposable
{
    /// <summary>Where a scan is asked for, by POST with <c>?scope=user:NAME</c> or <c>?scope=folder:NAME</c>.</summary>
    public const string UsageScanPath = "/admin/usage/scan";

    /// <summary>Where what was moved is set to 0, as <see cref="UsageScanPath"/>.</summary>
    public const string UsageResetPath = "/admin/usage/reset-transfer";

    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http;

    public AdminClient(IPEndPoint endPoint, string? token, TimeSpan? timeout = null)
    {
        // A proxy has no business between a machine and itself.
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
        {
            BaseAddress = new Uri($"http://{endPoint}"),
            Timeout = timeout ?? DefaultTimeout,
        };
        if (token is not null)
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
    }

    public async Task<IReadOnlyList<SessionView>> ListSessionsAsync(CancellationToken ct) => (await ListAllSessionsAsync(ct).ConfigureAwait(false)).Sessions;

    /// <summary>The sessions, and whether there may be more on other nodes.</summary>
    public async Task<(IReadOnlyList<SessionView> Sessions, bool IsPartial)> ListAllSessionsAsync(CancellationToken ct)
    {
        using HttpResponseMessage response = await _http.GetAsync(new Uri("/admin/sessions", UriKind.Relative), ct).ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
        IReadOnlyList<SessionView>? sessions = await response.Content.ReadFromJsonAsync(AdminJson.Default.IReadOnlyListSessionView, ct).ConfigureAwait(false);
        return (sessions ?? [], response.Headers.Contains(AdminApplication.PartialHeader));
    }

    /// <summary>False if there is no such session.</summary>
    public async Task<bool> KickAsync(string sessionId, CancellationToken ct)
    {
        using HttpResponseMessage response = await _http.DeleteAsync(new Uri("/admin/sessions/" + Uri.EscapeDataString(sessionId), UriKind.Relative), ct).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return false;
        }

        response.EnsureSuccessStatusCode();
        return true;
    }

    public async Task<KickResult> KickUserAsync(string userName, CancellationToken ct)
    {
        using HttpResponseMessage response = await _http.DeleteAsync(new Uri($"/admin/users/{Uri.EscapeDataString(userName)}/sessions", UriKind.Relative), ct).ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
        KickResult? result = await response.Content.ReadFromJsonAsync(AdminJson.Default.KickResult, ct).ConfigureAwait(false);
        return result ?? new KickResult(0);
    }

    /// <summary>Has the files of a scope counted again, and waits for that. Null if there is no such scope.</summary>
    public async Task<UsageScanView?> ScanAsync(string scope, CancellationToken ct)
    {
        using HttpResponseMessage response = await _http.PostAsync(new Uri($"{UsageScanPath}?scope={Uri.EscapeDataString(scope)}", UriKind.Relative), content: null, ct).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }

        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync(AdminJson.Default.UsageScanView, ct).ConfigureAwait(false);
    }

    /// <summary>Begins to count anew what a scope moves; false if nothing was ever counted there.</summary>
    public async Task<bool> ResetTransferAsync(string scope, CancellationToken ct)
    {
        using HttpResponseMessage response = await _http.PostAsync(
            new Uri($"{UsageResetPath}?scope={Uri.EscapeDataString(scope)}", UriKind.Relative), content: null, ct).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return false;
        }

        response.EnsureSuccessStatusCode();
        return true;
    }

    /// <summary>This node and the others; null if it is one alone.</summary>
    public async Task<ClusterView?> ShowClusterAsync(CancellationToken ct)
    {
        using HttpResponseMessage response = await _http.GetAsync(new Uri(AdminApplication.ClusterPath, UriKind.Relative), ct).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }

        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync(AdminJson.Default.ClusterView, ct).ConfigureAwait(false);
    }

    /// <summary>True if the server says that it is well.</summary>
    public async Task<bool> PingAsync(CancellationToken ct)
    {
        using HttpResponseMessage response = await _http.GetAsync(new Uri("/healthz", UriKind.Relative), ct).ConfigureAwait(false);
        return response.IsSuccessStatusCode;
    }

    public void Dispose() => _http.Dispose();
}
