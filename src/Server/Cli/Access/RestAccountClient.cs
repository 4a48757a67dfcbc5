using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;
using Hpc.Server.Admin;

namespace Hpc.Server.Cli.Access;

/// <summary>Objects of a running server, through the REST API on its admin port.</summary>
internal sealed class RestAccountClient(AdminAccess access, TimeSpan? timeout = null) : IAccountClient
{
    private const string Root = "/api/v2/";

    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(60);

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
    {
        BaseAddress = new Uri($"http://{access.Address}"),
        Timeout = timeout ?? DefaultTimeout,
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", access.Token) },
    };

    /// <summary>True if the server that the access is for answers.</summary>
    public async Task<bool> IsThereAsync(CancellationToken ct)
    {
        try
        {
            using HttpResponseMessage response = await _http.GetAsync(PathOf("version"), ct).ConfigureAwait(false);
            return response.StatusCode == HttpStatusCode.Unauthorized
                ? throw new CliException("The server refuses the token in the data directory; another server may have taken its admin port.")
                : response.IsSuccessStatusCode;
        }
        catch (HttpRequestException e) when (e.StatusCode is null)
        {
            return false;
        }
    }

    public async Task<Versioned<T>?> FindAsync<T>(ObjectRoute<T> route, string name, CancellationToken ct)
        where T : class, IAccountObject
    {
        using HttpResponseMessage response = await _http.GetAsync(PathOf(route.Path, name, "?confidential_data=1"), ct).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }

        await RequireAsync(response, ct).ConfigureAwait(false);
        T value = await response.Content.ReadFromJsonAsync(route.Item, ct).ConfigureAwait(false) ?? throw Unreadable();
        return new(value, VersionOf(response));
    }

    public async Task<IReadOnlyList<T>> ListAsync<T>(ObjectRoute<T> route, int offset, int limit, CancellationToken ct)
        where T : class, IAccountObject
    {
        using HttpResponseMessage response = await _http.GetAsync(
            PathOf(route.Path + string.Create(CultureInfo.InvariantCulture, $"?offset={offset}&limit={limit}")), ct).ConfigureAwait(false);
        await RequireAsync(response, ct).ConfigureAwait(false);
        return await response.Content.ReadFromJsonAsync(route.List, ct).ConfigureAwait(false) ?? throw Unreadable();
    }

    public async Task<ObjectResult<T>> AddAsync<T>(ObjectRoute<T> route, T value, CancellationToken ct)
        where T : class, IAccountObject
    {
        using HttpResponseMessage response = await _http.PostAsync(PathOf(route.Path), JsonContent.Create(value, route.Item), ct).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
        {
            return await RefusedAsync<T>(response, ObjectStatus.AlreadyExists, ct).ConfigureAwait(false);
        }

        // Some answers are not the object itself.
        string name = response.Headers.TryGetValues("X-Object-ID", out IEnumerable<string>? ids) ? Uri.UnescapeDataString(ids.First()) : value.Name;
        string? key = value is ApiKey ? (await response.Content.ReadFromJsonAsync(AccountsJson.Default.ApiKey, ct).ConfigureAwait(false))?.Key : null;
        Versioned<T>? stored = await FindAsync(route, name, ct).ConfigureAwait(false);
        return ObjectResult<T>.Done(key is not null && stored?.Value is ApiKey added ? stored with { Value = (T)(object)(added with { Key = key }) } : stored);
    }

    public async Task<ObjectResult<T>> UpdateAsync<T>(ObjectRoute<T> route, string name, T value, long? version, CancellationToken ct)
        where T : class, IAccountObject
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, PathOf(route.Path, name)) { Content = JsonContent.Create(value, route.Item) };
        if (version is { } expected)
        {
            request.Headers.IfMatch.Add(new EntityTagHeaderValue(string.Create(CultureInfo.InvariantCulture, $"\"{expected}\"")));
        }

        using HttpResponseMessage response = await _http.SendAsync(request, ct).ConfigureAwait(false);
        return response.IsSuccessStatusCode
            ? ObjectResult<T>.Done(await FindAsync(route, name, ct).ConfigureAwait(false))
            : await RefusedAsync<T>(response, ObjectStatus.VersionConflict, ct).ConfigureAwait(false);
    }

    public async Task<ObjectResult<T>> DeleteAsync<T>(ObjectRoute<T> route, string name, CancellationToken ct)
        where T : class, IAccountObject
    {
        using HttpResponseMessage response = await _http.DeleteAsync(PathOf(route.Path, name), ct).ConfigureAwait(false);
        return response.IsSuccessStatusCode ? ObjectResult<T>.Done(null) : await RefusedAsync<T>(response, ObjectStatus.Referenced, ct).ConfigureAwait(false);
    }

    public async Task<ObjectResult<TotpConfig>> DisableSecondFactorAsync(ObjectKind kind, string name, CancellationToken ct)
    {
        string path = kind == ObjectKind.Admin ? ObjectRoutes.Admins.Path : ObjectRoutes.Users.Path;
        using HttpResponseMessage response = await _http.PutAsync(PathOf(path, name, "/2fa/disable"), content: null, ct).ConfigureAwait(false);
        return response.IsSuccessStatusCode
            ? ObjectResult<TotpConfig>.Done(null)
            : await RefusedAsync<TotpConfig>(response, ObjectStatus.VersionConflict, ct).ConfigureAwait(false);
    }

    /// <summary>Asks for anything else; the answer's text. A refusal is a <see cref="CliException"/>.</summary>
    public async Task<string> AskAsync(HttpMethod method, string pathAndQuery, HttpContent? content, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, PathOf(pathAndQuery)) { Content = content };
        using HttpResponseMessage response = await _http.SendAsync(request, ct).ConfigureAwait(false);
        await RequireAsync(response, ct).ConfigureAwait(false);
        return await response.Content.ReadAsStringAsync(ct).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    private static Uri PathOf(string path, string? name = null, string query = "") =>
        new(Root + path + (name is null ? "" : "/" + Uri.EscapeDataString(name)) + query, UriKind.Relative);

    private static long VersionOf(HttpResponseMessage response) =>
        long.TryParse(response.Headers.ETag?.Tag.Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out long version) ? version : throw Unreadable();

    private static async Task RequireAsync(HttpResponseMessage response, CancellationToken ct)
    {
        if (!response.IsSuccessStatusCode)
        {
            RestRefusal refusal = await RestRefusal.ReadAsync(response, ct).ConfigureAwait(false);
            throw new CliException($"The server refuses: {refusal.Text} ({(int)response.StatusCode}).");
        }
    }

    private static async Task<ObjectResult<T>> RefusedAsync<T>(HttpResponseMessage response, ObjectStatus conflict, CancellationToken ct)
        where T : class
    {
        RestRefusal refusal = await RestRefusal.ReadAsync(response, ct).ConfigureAwait(false);
        return response.StatusCode switch
        {
            HttpStatusCode.BadRequest when refusal.Errors.Count > 0 => ObjectResult<T>.Invalid(refusal.Errors),
            HttpStatusCode.NotFound => ObjectResult<T>.Failed(ObjectStatus.NotFound, refusal.Text),
            HttpStatusCode.Conflict => ObjectResult<T>.Failed(conflict, refusal.Text),
            HttpStatusCode.PreconditionFailed => ObjectResult<T>.Failed(ObjectStatus.VersionConflict, refusal.Text),
            HttpStatusCode.Forbidden => ObjectResult<T>.Failed(ObjectStatus.Forbidden, refusal.Text),
            _ => throw new CliException($"The server refuses: {refusal.Text} ({(int)response.StatusCode})."),
        };
    }

    private static CliException Unreadable() => new("The server's answer cannot be read; it may be of another version than this command.");

    /// <summary>What the REST API says of an error.</summary>
    private sealed record RestRefusal(string Text, IReadOnlyList<ObjectError> Errors)
    {
        public static async Task<RestRefusal> ReadAsync(HttpResponseMessage response, CancellationToken ct)
        {
            try
            {
                using JsonDocument document = JsonDocument.Parse(await response.Content.ReadAsStringAsync(ct).ConfigureAwait(false));
                JsonElement root = document.RootElement;
                string message = TextOf(root, "message");
                string error = TextOf(root, "error");
                IReadOnlyList<ObjectError> errors = root.TryGetProperty("errors", out JsonElement list) && list.ValueKind == JsonValueKind.Array
                    ? [.. list.EnumerateArray().Select(item => new ObjectError(TextOf(item, "path"), TextOf(item, "found"), TextOf(item, "allowed")))]
                    : [];
                return new RestRefusal(error.Length > 0 ? error : message, errors);
            }
            catch (JsonException)
            {
                return new RestRefusal(response.ReasonPhrase ?? "no reason given", []);
            }
        }

        private static string TextOf(JsonElement element, string name) =>
            element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
    }
}
