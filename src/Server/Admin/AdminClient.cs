using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;

namespace Hpc.Server.Admin;

/// <summary>Asks a running server on this machine.</summary>
internal sealed class AdminClient : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http;

    public AdminClient(IPEndPoint endPoint, string? token)
    {
        // A proxy has no business between a machine and itself.
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
        {
            BaseAddress = new Uri($"http://{endPoint}"),
            Timeout = Timeout,
        };
        if (token is not null)
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
    }

    public async Task<IReadOnlyList<SessionView>> ListSessionsAsync(CancellationToken ct) =>
        await _http.GetFromJsonAsync("/admin/sessions", AdminJson.Default.IReadOnlyListSessionView, ct).ConfigureAwait(false) ?? [];

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

    public async Task<int> KickUserAsync(string userName, CancellationToken ct)
    {
        using HttpResponseMessage response = await _http.DeleteAsync(new Uri($"/admin/users/{Uri.EscapeDataString(userName)}/sessions", UriKind.Relative), ct).ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
        KickResult? result = await response.Content.ReadFromJsonAsync(AdminJson.Default.KickResult, ct).ConfigureAwait(false);
        return result?.Ended ?? 0;
    }

    /// <summary>True if the server says that it is well.</summary>
    public async Task<bool> PingAsync(CancellationToken ct)
    {
        using HttpResponseMessage response = await _http.GetAsync(new Uri("/healthz", UriKind.Relative), ct).ConfigureAwait(false);
        return response.IsSuccessStatusCode;
    }

    public void Dispose() => _http.Dispose();
}
