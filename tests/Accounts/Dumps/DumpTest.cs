using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hpc.Accounts.Dumps;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;
using Hpc.Accounts.Tests.Services;
using Hpc.Crypto.Passwords;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Accounts.Tests.Dumps;

/// <summary>Dumps of services over a provider in memory.</summary>
public abstract class DumpTest : ServicesTest
{
    protected static string Hash { get; } = PasswordHash.HashBcrypt("secret"u8, 4);

    protected DumpService Dumps => NewDumps(new());

    protected DumpService NewDumps(DumpLimits limits) => new(Services, limits, NullLogger<DumpService>.Instance);

    protected async Task<DumpLoadResult> TryLoadAsync(string json, DumpLoadOptions? options = null, ChangeContext? context = null) =>
        await Dumps.LoadAsync(new MemoryStream(Encoding.UTF8.GetBytes(json)), options ?? new(), context ?? ChangeContext.Operator, Ct);

    protected async Task<DumpLoadResult> LoadAsync(string json, DumpLoadOptions? options = null)
    {
        DumpLoadResult result = await TryLoadAsync(json, options);
        result.Message.ShouldStartWith("Data restored");
        result.Status.ShouldBe(ObjectStatus.Done);
        result.Warnings.ShouldBeEmpty();
        return result;
    }

    protected async Task<DumpLoadResult> LoadWithWarningsAsync(string json, DumpLoadOptions? options = null)
    {
        DumpLoadResult result = await TryLoadAsync(json, options);
        result.Status.ShouldBe(ObjectStatus.Done, result.Message);
        result.Warnings.ShouldNotBeEmpty();
        return result;
    }

    protected async Task ShouldBeWrongAtAsync(string json, params string[] paths)
    {
        DumpLoadResult result = await TryLoadAsync(json);
        result.Status.ShouldBe(ObjectStatus.Invalid, result.Message);
        result.Errors.Select(error => error.Path).ShouldBe(paths, ignoreOrder: true);
        (await WriteAsync(DumpScopes.All)).ShouldBe(Empty);
        Announced.ShouldBeEmpty();
    }

    protected static string Empty { get; } =
        """{"shares":[],"api_keys":[],"event_rules":[],"event_actions":[],"users":[],"admins":[],"groups":[],"folders":[],"roles":[],"ip_lists":[],"version":17}""";

    protected async Task<string> WriteAsync(IReadOnlySet<ObjectKind> kinds, bool isIndented = false)
    {
        using var output = new MemoryStream();
        await Dumps.WriteAsync(output, kinds, isIndented, ChangeContext.Operator, Ct);
        return Encoding.UTF8.GetString(output.ToArray());
    }

    protected async Task<User> FindUserAsync(string name) => (await Services.Users.FindAsync(name, ChangeContext.Operator, Ct)).ShouldNotBeNull().Value;

    /// <summary>A user; quotes of <paramref name="more"/> are single ones, and HASH is a hash.</summary>
    protected static string User(string name, string more = "") =>
        Json("{'username':'" + name + "','status':1,'home_dir':'/srv/" + name + "','permissions':{'/':['*']}" + (more.Length > 0 ? "," + more : "") + "}");

    protected static string Users(params string[] users) => Json("{'version':17,'users':[" + string.Join(',', users) + "]}");

    /// <summary>JSON of a text with single quotes, in which HASH is a hash and ALICE and BOB are users.</summary>
    protected static string Json(string text) => text
        .Replace("ALICE", "{'username':'alice','status':1,'home_dir':'/srv/alice','permissions':{'/':['*']}}", StringComparison.Ordinal)
        .Replace("BOB", "{'username':'bob','status':1,'home_dir':'/srv/bob','permissions':{'/':['*']}}", StringComparison.Ordinal)
        .Replace("HASH", Hash, StringComparison.Ordinal)
        .Replace('\'', '"');

    protected static JsonNode Parse(string json) => JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { MaxDepth = 64 })!;
}
