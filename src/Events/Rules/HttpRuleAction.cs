using System.Net.Http.Headers;
using System.Text;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Objects.Validation;
using Hpc.Accounts.Secrets;

namespace Hpc.Events.Rules;

/// <summary>
/// HTTP requests of rules. 200 to 204 is success; no redirect is followed, because what is sent is meant for the endpoint alone. The answer's body is not read.
/// </summary>
/// <param name="secrets">Decrypts passwords.</param>
/// <param name="time">Measures the time-out.</param>
public sealed class HttpRuleAction(ISecretProtector secrets, TimeProvider time) : IRuleAction, IDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(30);

    private readonly Lazy<HttpClient> _strict = new(() => NewClient(skipsVerification: false));
    private readonly Lazy<HttpClient> _lax = new(() => NewClient(skipsVerification: true));

    /// <inheritdoc/>
    public int Type => EventActionTypes.Http;

    /// <inheritdoc/>
    public async ValueTask<string?> RunAsync(EventRuleAction action, RuleRun run, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(action);
        ArgumentNullException.ThrowIfNull(run);
        EventActionHttpConfig config = action.Options?.Http ?? new();
        if (config.Parts.FirstOrDefault(part => part.Filepath.Length > 0) is { } file)
        {
            return $"part {file.Name} is a file of a user ({file.Filepath}), which rules without a user do not have: use a body";
        }

        string? password = null;
        if (!config.Password.IsEmpty && !secrets.TryReveal(config.Password, out password))
        {
            return "the password cannot be decrypted: it was encrypted with another key; set it again";
        }

        if (!Uri.TryCreate(EndpointOf(config, run), UriKind.Absolute, out Uri? endpoint) || endpoint.Scheme is not ("http" or "https"))
        {
            return "the endpoint with its placeholders filled in is no URL";
        }

        using var request = new HttpRequestMessage(new HttpMethod(config.Method), endpoint);
        request.Headers.ConnectionClose = true;
        if (Fill(request, config, password, run) is { } header)
        {
            return $"{header} is no name of a header that can be set here";
        }

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(config.Timeout), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, ct);
        try
        {
            HttpClient client = (config.SkipTlsVerify ? _lax : _strict).Value;
            using HttpResponseMessage answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            return (int)answer.StatusCode is >= 200 and <= 204 ? null : $"{endpoint.Authority} answered {(int)answer.StatusCode}, where 200 to 204 is success";
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            return $"{endpoint.Authority} did not answer within {config.Timeout} s";
        }
        catch (HttpRequestException error)
        {
            return $"{endpoint.Authority}: {error.Message}{(error.InnerException is { } cause ? $" ({cause.Message})" : "")}";
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Lazy<HttpClient> client in (Lazy<HttpClient>[])[_strict, _lax])
        {
            if (client.IsValueCreated)
            {
                client.Value.Dispose();
            }
        }
    }

    private static HttpClient NewClient(bool skipsVerification)
    {
        // Each request has a connection of its own: one that is used again may be closed by the peer at that moment, and what is no GET may not be sent twice.
        var handler = new SocketsHttpHandler
        {
            PooledConnectionLifetime = TimeSpan.Zero,
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ConnectTimeout = ConnectTimeout,
            RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
        };
        if (skipsVerification)
        {
#pragma warning disable CA5359 // The operator asked for it, for this action.
            handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        }

        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    private static string EndpointOf(EventActionHttpConfig config, RuleRun run)
    {
        string endpoint = RuleText.Fill(config.Endpoint, run).Split('#')[0];
        if (config.QueryParameters.Count == 0)
        {
            return endpoint;
        }

        string query = string.Join('&', config.QueryParameters.Select(pair => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(RuleText.Fill(pair.Value, run))}"));
        return endpoint + (endpoint.Contains('?', StringComparison.Ordinal) ? '&' : '?') + query;
    }

    // The name of a header that is none; null if all is well.
    private static string? Fill(HttpRequestMessage request, EventActionHttpConfig config, string? password, RuleRun run)
    {
        request.Content = config.Body.Length > 0 ? ContentOf(config.Body, run) : null;
        if (config.Parts.Count > 0)
        {
            var parts = new MultipartFormDataContent();
            request.Content = parts;
            foreach (HttpPart part in config.Parts)
            {
                ByteArrayContent content = ContentOf(part.Body, run);
                parts.Add(content, part.Name);
                if (part.Headers.FirstOrDefault(header => !TryAdd(content.Headers, header, run)) is { } wrong)
                {
                    return wrong.Key;
                }
            }
        }

        foreach (KeyValue header in config.Headers)
        {
            if (!TryAdd(request.Headers, header, run))
            {
                // Of a body, and one may be named where there is none.
                request.Content ??= new ByteArrayContent([]);
                if (!TryAdd(request.Content.Headers, header, run))
                {
                    return header.Key;
                }
            }
        }

        if (request.Headers.Authorization is null && (config.Username.Length > 0 || password is not null))
        {
            string pair = $"{RuleText.Fill(config.Username, run)}:{password}";
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)));
        }

        return null;
    }

    private static ByteArrayContent ContentOf(string body, RuleRun run) => new(Encoding.UTF8.GetBytes(RuleText.Fill(body, run, IsJson(body))));

    private static bool TryAdd(HttpHeaders headers, KeyValue header, RuleRun run)
    {
        // A value may hold lines of an error, a header none.
        string value = string.Concat(RuleText.Fill(header.Value, run).Select(character => char.IsControl(character) ? ' ' : character));
        if (headers is HttpContentHeaders && header.Key.Equals("Content-Disposition", StringComparison.OrdinalIgnoreCase))
        {
            headers.Remove(header.Key);
        }

        return headers.TryAddWithoutValidation(header.Key, value);
    }

    private static bool IsJson(string body) => body.AsSpan().TrimStart() is ['{', not '{', ..] or ['{'] or ['[', ..];
}
