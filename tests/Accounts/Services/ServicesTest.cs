using Hpc.Accounts.Data;
using Hpc.Accounts.Data.Memory;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;
using Hpc.Crypto.Passwords;
using Microsoft.Extensions.Logging;
using Shouldly;

namespace Hpc.Accounts.Tests.Services;

/// <summary>Services over a provider in memory, a clock that stands still, and an administrator who may do everything.</summary>
public abstract class ServicesTest : IAsyncLifetime, IAccountChangeListener, IObjectEventSink
{
    internal ManualTime Time { get; } = new();

    internal PlainHasher Hasher { get; } = new();

    internal MemoryUsageFigures Usage { get; } = new();

    internal CollectingLogger Log { get; } = new();

    internal IDataProvider Provider { get; private set; } = null!;

    protected List<ObjectKey> Announced { get; } = [];

    protected List<ObjectEvent> Events { get; } = [];

    protected AccountServices Services { get; private set; } = null!;

    protected static ChangeContext Root { get; } = AdminContext(new() { Username = "root", Permissions = ["*"] });

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    protected virtual AccountServicesOptions Options => new();

    public async ValueTask InitializeAsync()
    {
        Provider = new MemoryDataProvider(Time);
        await Provider.OpenAsync(SchemaUpdate.Automatic, Ct);
        Services = New(Options);
    }

    public async ValueTask DisposeAsync()
    {
        await Provider.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    ValueTask IAccountChangeListener.ChangedAsync(IReadOnlyList<ObjectKey> keys, CancellationToken ct)
    {
        Announced.AddRange(keys);
        return ValueTask.CompletedTask;
    }

    void IObjectEventSink.Publish(ObjectEvent change) => Events.Add(change);

    protected AccountServices New(AccountServicesOptions options) => new(Provider, Hasher, new ReversingProtector(), options, Time, Log, Usage, [this], this);

    protected static ChangeContext AdminContext(Admin admin) => new() { ActorName = admin.Username, Admin = admin };

    protected static ChangeContext UserContext(UserAccount user) => new() { ActorName = user.UserName, User = user };

    protected static ChangeContext RoleContext(string role, params string[] permissions) =>
        AdminContext(new() { Username = "of-" + role, Role = role, Permissions = permissions.Length > 0 ? permissions : ["add_users", "edit_users", "del_users", "view_users"] });

    protected static User NewUser(string name = "alice") => new() { Username = name, Status = 1, HomeDir = "/srv/" + name, Permissions = new Dictionary<string, IReadOnlyList<string>> { ["/"] = ["*"] } };

    protected async Task<User> AddUserAsync(string name = "alice", Func<User, User>? change = null, ChangeContext? context = null) =>
        Done(await Services.Users.AddAsync((change ?? (user => user))(NewUser(name)), context ?? Root, Ct));

    protected async Task<Folder> AddFolderAsync(string name = "reports") => Done(await Services.Folders.AddAsync(new() { Name = name, MappedPath = "/srv/folders/" + name }, Root, Ct));

    protected async Task<Group> AddGroupAsync(string name = "staff", Func<GroupUserSettings, GroupUserSettings>? change = null) =>
        Done(await Services.Groups.AddAsync(new() { Name = name, UserSettings = (change ?? (settings => settings))(new()) }, Root, Ct));

    protected async Task<Role> AddRoleAsync(string name = "sales") => Done(await Services.Roles.AddAsync(new() { Name = name }, Root, Ct));

    protected static T Done<T>(ObjectResult<T> result)
        where T : class
    {
        result.Status.ShouldBe(ObjectStatus.Done, result.Message);
        return result.Value.ShouldNotBeNull().Value;
    }

    protected static void ShouldBeWrongAt<T>(ObjectResult<T> result, params string[] paths)
        where T : class
    {
        result.Status.ShouldBe(ObjectStatus.Invalid, result.Message);
        result.Errors.Select(error => error.Path).Distinct().ShouldBe(paths, ignoreOrder: true);
        result.Errors.ShouldAllBe(error => error.Found.Length > 0 && error.Allowed.Length > 0);
    }

    protected static bool IsHashOf(string? hash, string password) => hash is not null && PasswordHash.Verify(hash, System.Text.Encoding.UTF8.GetBytes(password));

    internal sealed class ManualTime : TimeProvider
    {
        private DateTimeOffset _now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => _now;

        public void Advance(TimeSpan by) => _now += by;
    }

    internal sealed class CollectingLogger : ILogger<AccountServices>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add(formatter(state, exception));
    }
}
