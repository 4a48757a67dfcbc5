using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Hpc.HttpApi.OpenApi;

/// <summary>The document as text, made once: making it costs far more than any request may.</summary>
internal sealed class DocumentText([FromKeyedServices(ApiDocument.Name)] IOpenApiDocumentProvider documents) : IDisposable
{
    private readonly SemaphoreSlim _making = new(1);
    private string? _json;
    private string? _yaml;

    public void Dispose() => _making.Dispose();

    public async Task WriteJsonAsync(HttpContext context)
    {
        await MakeAsync(context.RequestAborted).ConfigureAwait(false);
        context.Response.ContentType = "application/json; charset=utf-8";
        await context.Response.WriteAsync(_json!, context.RequestAborted).ConfigureAwait(false);
    }

    public async Task WriteYamlAsync(HttpContext context)
    {
        await MakeAsync(context.RequestAborted).ConfigureAwait(false);
        context.Response.ContentType = "application/yaml; charset=utf-8";
        await context.Response.WriteAsync(_yaml!, context.RequestAborted).ConfigureAwait(false);
    }

    private async Task MakeAsync(CancellationToken ct)
    {
        if (Volatile.Read(ref _json) is not null)
        {
            return;
        }

        await _making.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            if (_json is null)
            {
                OpenApiDocument document = await documents.GetOpenApiDocumentAsync(ct).ConfigureAwait(false);
                _yaml = await document.SerializeAsYamlAsync(OpenApiSpecVersion.OpenApi3_0, ct).ConfigureAwait(false);
                Volatile.Write(ref _json, await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_0, ct).ConfigureAwait(false));
            }
        }
        finally
        {
            _making.Release();
        }
    }
}
