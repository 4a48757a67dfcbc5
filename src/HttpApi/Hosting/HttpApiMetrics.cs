using System.Diagnostics.Metrics;

namespace Hpc.HttpApi.Hosting;

/// <summary>Metrics of the REST API; every name of them is here.</summary>
internal static class HttpApiMetrics
{
    public const string MeterName = "Hpc.HttpApi";

    private static readonly Meter Meter = new(MeterName);

    private static readonly Counter<long> Requests = Meter.CreateCounter<long>("hpc_http_requests", description: "Requests answered, by method, route and status.");

    private static readonly Histogram<double> Durations = Meter.CreateHistogram<double>("hpc_http_request_duration", "s", "How long requests took, by method and route.");

    private static readonly UpDownCounter<long> Running = Meter.CreateUpDownCounter<long>("hpc_http_requests_active", description: "Requests being answered.");

    private static readonly Counter<long> Limited = Meter.CreateCounter<long>("hpc_http_requests_limited", description: "Requests refused because their address sends too many.");

    private static readonly Counter<long> Logins = Meter.CreateCounter<long>("hpc_http_logins", description: "Tokens asked for, by audience and result.");

    public static void Begin() => Running.Add(1);

    public static void End(string method, string route, int status, double seconds)
    {
        Running.Add(-1);
        KeyValuePair<string, object?> methodTag = new("method", KnownMethod(method));
        KeyValuePair<string, object?> routeTag = new("route", route);
        Requests.Add(1, methodTag, routeTag, new KeyValuePair<string, object?>("status", status));
        Durations.Record(seconds, methodTag, routeTag);
    }

    public static void RequestLimited() => Limited.Add(1);

    public static void LoggedIn(string audience, string result) =>
        Logins.Add(1, new KeyValuePair<string, object?>("audience", audience), new KeyValuePair<string, object?>("result", result));

    // A label has a bounded set of values, whatever the peer sends.
    private static string KnownMethod(string method) => method is "GET" or "HEAD" or "POST" or "PUT" or "PATCH" or "DELETE" or "OPTIONS" ? method : "other";
}
