using System.Text.Json.Serialization.Metadata;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;
using Hpc.HttpApi.Endpoints;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hpc.HttpApi.Administration;

/// <summary>The five operations that every kind of object has: list, add, read, replace, remove.</summary>
internal sealed class ObjectRoutes<T>
    where T : class, IAccountObject
{
    public required string Path { get; init; }

    /// <summary>Name of the part of the path that names the object.</summary>
    public required string Key { get; init; }

    public required string Tag { get; init; }

    /// <summary>One object in words, as in operation ids.</summary>
    public required string Noun { get; init; }

    /// <summary>Several of them.</summary>
    public required string Nouns { get; init; }

    public required IObjectService<T> Service { get; init; }

    public required JsonTypeInfo<T> Item { get; init; }

    public required JsonTypeInfo<IReadOnlyList<T>> List { get; init; }

    public required ApiAccess View { get; init; }

    public required ApiAccess Add { get; init; }

    public required ApiAccess Edit { get; init; }

    public required ApiAccess Delete { get; init; }

    /// <summary>Hashes or encrypted secrets are in it, and can be asked for.</summary>
    public bool HasConfidential { get; init; }

    /// <summary>Who knows the name of an object may use it: the log does not show it.</summary>
    public bool HasSecretNames { get; init; }

    /// <summary>Further parameters of the replacement.</summary>
    public IReadOnlyList<ApiParameter> EditParameters { get; init; } = [];

    /// <summary>What is answered when one was added; the object itself where it is null.</summary>
    public Func<Versioned<T>, IResult>? Added { get; init; }

    /// <summary>Form of that answer.</summary>
    public Type? AddedAnswer { get; init; }

    /// <summary>Refuses a replacement before it is tried, by the name that was asked for; null lets it pass.</summary>
    public Func<ApiCall, string, ValueTask<IResult?>>? BeforeEdit { get; init; }

    /// <summary>What follows a replacement, by the name that is stored: what was asked for may be written otherwise.</summary>
    public Func<ApiCall, string, ValueTask>? AfterEdit { get; init; }

    private string SingularId => Noun.Replace(' ', '_');

    private string PluralId => Nouns.Replace(' ', '_');

    private IReadOnlyList<ApiParameter> Confidential => HasConfidential ? [ApiParameter.Confidential] : [];

    private ApiParameter Name => new(Key, $"Name of the {Noun}.", ApiParameterPlace.Path);

    public void Map(IEndpointRouteBuilder routes)
    {
        string one = $"{Path}/{{{Key}}}";
        routes.Map("GET", Path, new ApiOperation($"get_{PluralId}", Tag, $"A page of the {Nouns}.", View) { Parameters = ApiParameter.Page, Answer = typeof(IReadOnlyList<T>) }, ListAsync);
        routes.Map(
            "POST",
            Path,
            new ApiOperation($"add_{SingularId}", Tag, $"Adds one of the {Nouns}.", Add) { Parameters = Confidential, Body = typeof(T), Success = 201, Answer = AddedAnswer ?? typeof(T), Statuses = [409] },
            AddAsync);
        routes.Map("GET", one, new ApiOperation($"get_{SingularId}_by_{Key}", Tag, $"One of the {Nouns}.", View) { Parameters = [Name, .. Confidential], Answer = typeof(T), HasSecretPath = HasSecretNames }, GetAsync);
        routes.Map(
            "PUT",
            one,
            new ApiOperation($"update_{SingularId}", Tag, $"Replaces one of the {Nouns}.", Edit) { Parameters = [Name, .. EditParameters, ApiParameter.IfMatch], Body = typeof(T), Statuses = [409, 412], HasSecretPath = HasSecretNames },
            UpdateAsync);
        routes.Map(
            "DELETE",
            one,
            new ApiOperation($"delete_{SingularId}", Tag, $"Removes one of the {Nouns}.", Delete) { Parameters = [Name, ApiParameter.IfMatch], Statuses = [409, 412], HasSecretPath = HasSecretNames },
            DeleteAsync);
    }

    private async ValueTask<IResult> ListAsync(ApiCall call)
    {
        if (!call.TryPage(out ObjectPage? page, out IResult? refusal))
        {
            return refusal;
        }

        IReadOnlyList<Versioned<T>> found = await Service.ListAsync(page, call.Context, call.Aborted).ConfigureAwait(false);
        return Answer.Ok([.. found.Select(item => Service.Redact(item.Value))], List);
    }

    private async ValueTask<IResult> GetAsync(ApiCall call)
    {
        if (!TryConfidential(call, out bool isConfidential, out IResult? refusal))
        {
            return refusal!;
        }

        if (await Service.FindAsync(call.Route(Key), call.Context, call.Aborted).ConfigureAwait(false) is not { } found)
        {
            return Answer.NotFound();
        }

        call.SetETag(found.Version);
        return Answer.Ok(isConfidential ? found.Value : Service.Redact(found.Value), Item);
    }

    private async ValueTask<IResult> AddAsync(ApiCall call)
    {
        if (!TryConfidential(call, out bool isConfidential, out IResult? refusal) || !(await call.ReadAsync(Item).ConfigureAwait(false)).TryGet(out T? value, out refusal))
        {
            return refusal!;
        }

        ObjectResult<T> result = await Service.AddAsync(value, call.Context, call.Aborted).ConfigureAwait(false);
        if (result is not { Status: ObjectStatus.Done, Value: { } added })
        {
            return Answer.Of(result);
        }

        call.SetLocation(Path, added.Value.Name);
        call.SetETag(added.Version);
        if (Added is not null)
        {
            call.Http.Response.Headers["X-Object-ID"] = Uri.EscapeDataString(added.Value.Name);
            return Added(added);
        }

        return Answer.Json(StatusCodes.Status201Created, isConfidential ? added.Value : Service.Redact(added.Value), Item);
    }

    private async ValueTask<IResult> UpdateAsync(ApiCall call)
    {
        string name = call.Route(Key);
        if (BeforeEdit is not null && await BeforeEdit(call, name).ConfigureAwait(false) is { } refused)
        {
            return refused;
        }

        if (!call.TryIfMatch(out long? version, out IResult? refusal) || !(await call.ReadAsync(Item).ConfigureAwait(false)).TryGet(out T? value, out refusal))
        {
            return refusal!;
        }

        ObjectResult<T> result = await Service.UpdateAsync(name, value, version, call.Context, call.Aborted).ConfigureAwait(false);
        if (result is not { Status: ObjectStatus.Done, Value: { } updated })
        {
            return Answer.Of(result, version is not null);
        }

        if (AfterEdit is not null)
        {
            await AfterEdit(call, updated.Value.Name).ConfigureAwait(false);
        }

        call.SetETag(updated.Version);
        return Answer.Done($"The {Noun} was updated");
    }

    private async ValueTask<IResult> DeleteAsync(ApiCall call)
    {
        if (!call.TryIfMatch(out long? version, out IResult? refusal))
        {
            return refusal;
        }

        ObjectResult<T> result = await Service.DeleteAsync(call.Route(Key), version, call.Context, call.Aborted).ConfigureAwait(false);
        return result.Status == ObjectStatus.Done ? Answer.Done($"The {Noun} was removed") : Answer.Of(result, version is not null);
    }

    // R11.8.
    private bool TryConfidential(ApiCall call, out bool isConfidential, out IResult? refusal)
    {
        isConfidential = HasConfidential && call.Flag(ApiParameter.Confidential.Name);
        refusal = isConfidential && !call.Context.Has(AdminPermissionNames.ManageSystem)
            ? Answer.Forbidden($"The permission {AdminPermissionNames.ManageSystem} is needed for confidential data.")
            : null;
        return refusal is null;
    }
}
