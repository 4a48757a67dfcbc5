using Hpc.HttpApi.Administration;
using Hpc.HttpApi.Files;
using Hpc.HttpApi.Setup;
using Hpc.HttpApi.Shares;
using Hpc.HttpApi.Users;
using Microsoft.Extensions.DependencyInjection;

namespace Hpc.HttpApi.Endpoints;

/// <summary>Every module of the REST API, in the order of the OpenAPI document.</summary>
internal static class HttpApiModules
{
    public static void AddHttpApiModules(this IServiceCollection services)
    {
        services.AddSingleton<IHttpApiModule, TokenModule>();
        services.AddSingleton<IHttpApiModule, StatusModule>();
        services.AddSingleton<IHttpApiModule, ObjectsModule>();
        services.AddSingleton<IHttpApiModule, IpListModule>();
        services.AddSingleton<SecondFactorProof>();
        services.AddSingleton<SecondFactorEnrolment>();
        services.AddSingleton<IHttpApiModule, SetupModule>();
        services.AddSingleton<IHttpApiModule, AdminSelfModule>();
        services.AddSingleton<IHttpApiModule, SecondFactorModule>();
        services.AddSingleton<IHttpApiModule, PasswordResetModule>();
        services.AddSingleton<IHttpApiModule, DumpModule>();
        services.AddSingleton<IHttpApiModule, QuotaModule>();
        services.AddSingleton<IHttpApiModule, ConnectionModule>();
        services.AddSingleton<IHttpApiModule, DefenderModule>();
        services.AddSingleton<FileSessions>();
        services.AddSingleton<ShareAccess>();
        services.AddSingleton<IHttpApiModule, UserSelfModule>();
        services.AddSingleton<IHttpApiModule, UserDirectoryModule>();
        services.AddSingleton<IHttpApiModule, UserFileModule>();
        services.AddSingleton<IHttpApiModule, UserShareModule>();
        services.AddSingleton<IHttpApiModule, ShareReadModule>();
        services.AddSingleton<IHttpApiModule, ShareWriteModule>();
        services.AddSingleton<IHttpApiModule, EventRuleModule>();
        services.AddSingleton<IHttpApiModule, UnbuiltModule>();
    }
}
