using System.Net;
using System.Net.Sockets;
using Hpc.HttpApi.Endpoints;
using Hpc.HttpApi.Hosting;
using Hpc.HttpApi.Principals;
using Hpc.HttpApi.Tokens;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hpc.HttpApi;

/// <summary>
/// The REST API: <c>/api/v2</c>, its OpenAPI document at <c>/openapi</c> and <c>/healthz</c>, on its own listeners and,
/// through <see cref="ProcessAsOperatorAsync"/>, behind any other door whose keeper knows the operator.
/// </summary>
public sealed class HttpApiServer : IAsyncDisposable
{
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(2);

    private readonly WebApplication _application;
    private readonly RequestDelegate _pipeline;
    private readonly KestrelSetup _kestrel;
    private readonly ILogger _logger;

    private HttpApiServer(WebApplication application, KestrelSetup kestrel, ILogger logger)
    {
        _application = application;
        _kestrel = kestrel;
        _logger = logger;
        Pipeline.Build(application);
        _pipeline = ((IApplicationBuilder)application).Build();
    }

    /// <summary>Where it listens, in the order of <see cref="HttpApiOptions.Listeners"/>; empty before <see cref="StartAsync"/>.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints { get; private set; } = [];

    /// <summary>Puts it together, without listening.</summary>
    /// <exception cref="HttpApiException">A certificate cannot be read.</exception>
    public static HttpApiServer Create(HttpApiOptions options, HttpApiParts parts)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(parts);
        ILogger logger = parts.Loggers.CreateLogger<HttpApiServer>();
        var barred = new BarredLog(parts.Time, logger);
        var kestrel = new KestrelSetup(options, parts.Screen, barred, logger);

        // Empty: no files, variables or signals of ASP.NET Core's own have a say.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions
        {
            ApplicationName = "hpc",
            EnvironmentName = Environments.Production,
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.Services.AddSingleton<IHostLifetime, NoHostLifetime>();
        builder.Services.AddSingleton<ILoggerFactory>(new FrameworkLoggers(parts.Loggers));
        builder.Services.AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        builder.Services.AddSingleton(parts.Time);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(parts);
        builder.Services.AddSingleton(barred);
        builder.Services.AddSingleton(new TokenService(parts.Provider.Ephemeral, options.Tokens, parts.Time));
        builder.Services.AddSingleton<PrincipalReader>();
        builder.Services.AddHttpApiModules();
        Pipeline.AddServices(builder.Services, options);
        kestrel.Configure(builder.WebHost);
        return new HttpApiServer(builder.Build(), kestrel, logger);
    }

    /// <summary>Listens. Not called where there are no listeners.</summary>
    /// <exception cref="HttpApiException">An address cannot be listened on.</exception>
    public async Task StartAsync(CancellationToken ct)
    {
        try
        {
            await _application.StartAsync(ct).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or AddressInUseException or SocketException)
        {
            throw new HttpApiException($"The REST API cannot listen on {_kestrel.Addresses}: {e.Message}", e);
        }

        EndPoints = _kestrel.EndPointsOf(_application);
        foreach (IPEndPoint endPoint in EndPoints)
        {
            HttpApiLog.Listening(_logger, endPoint.ToString());
        }
    }

    /// <summary>Reads all certificates again; false if one could not be read and stays as it was.</summary>
    public bool ReloadCertificates() => _kestrel.ReloadCertificates();

    /// <summary>Answers a request as the operator's. Whoever calls it has made sure that it is.</summary>
    public async Task ProcessAsOperatorAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Features.Set(OperatorDoor.Instance);
        IServiceProvider before = context.RequestServices;
        AsyncServiceScope scope = _application.Services.CreateAsyncScope();
        await using (scope.ConfigureAwait(false))
        {
            context.RequestServices = scope.ServiceProvider;
            try
            {
                await _pipeline(context).ConfigureAwait(false);
            }
            finally
            {
                context.RequestServices = before;
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (EndPoints.Count > 0)
        {
            using var soon = new CancellationTokenSource(StopTime);
            await _application.StopAsync(soon.Token).ConfigureAwait(false);
        }

        await _application.DisposeAsync().ConfigureAwait(false);
    }
}
