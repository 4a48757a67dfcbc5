using System.Net;
using Hpc.Accounts;
using Hpc.Accounts.Authentication;
using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Sessions;
using Hpc.Actors.Kernel;
using Hpc.Actors.Sessions;
using Hpc.Server.Hosting;
using Hpc.Server.Tests.Support;
using Hpc.Storage;
using Hpc.Storage.Memory;
using Hpc.Storage.Vfs;
using Hpc.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Server.Tests.Hosting;

/// <summary>Sessions with files in memory by the permissions of their accounts, and the changes of these.</summary>
internal sealed class AccountsFixture : IAsyncDisposable
{
    private readonly ActorSystem _actors = new();

    public AccountsFixture()
    {
        OpenFiles = (request, _) => new(StorageResult<IFileSystem>.FromValue(FilesOf(request.User)));
        Gate = new SessionGate(_actors, (request, ct) => OpenFiles(request, ct), new SessionLimits(), Time, NullLogger<SessionGate>.Instance);
        Changes = new AccountChanges(Users, Gate, Time, Logger, Shares);
        Current = new CurrentSessions(Gate, Changes);
    }

    public ManualTimeProvider Time { get; } = new();

    public FlakyUserStore Users { get; } = new();

    public FlakyShares Shares { get; } = new();

    public LineLogger<AccountChanges> Logger { get; } = new();

    public SessionGate Gate { get; }

    public AccountChanges Changes { get; }

    public ISessionGate Current { get; }

    public Func<SessionRequest, CancellationToken, ValueTask<StorageResult<IFileSystem>>> OpenFiles { get; set; }

    /// <summary>Backends that were opened and not let go.</summary>
    public int Held => Volatile.Read(ref _held);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private int _held;

    public static UserAccount New(string name, string home = "/srv/x") => new() { UserName = name, HomeDirectory = home };

    public static SessionRequest Request(UserAccount user, string protocol = "SFTP", LoginMethod method = LoginMethod.PublicKey) => new()
    {
        User = user,
        Protocol = protocol,
        Remote = new IPEndPoint(IPAddress.Parse("192.0.2.7"), 50_000),
        Local = new IPEndPoint(IPAddress.Loopback, 2022),
        ClientVersion = "SSH-2.0-Test",
        Method = method,
        ConnectionId = "c1",
    };

    public async Task<UserAccount> AddAsync(UserAccount user) => (await Users.AddAsync(user, Ct)).User.ShouldNotBeNull();

    public async Task<UserAccount> FindAsync(string name) => (await Users.FindAsync(name, Ct)).ShouldNotBeNull();

    public async Task<SessionGrant> OpenAsync(UserAccount user, string protocol = "SFTP", LoginMethod method = LoginMethod.PublicKey) =>
        (await Gate.OpenAsync(Request(user, protocol, method), Ct)).ShouldNotBeNull();

    /// <summary>Stores a change as another process does.</summary>
    public async Task<UserAccount> StoreAsync(string name, Func<UserAccount, UserAccount> change) =>
        (await Users.UpdateAsync(change(await FindAsync(name)), Ct)).User.ShouldNotBeNull();

    /// <summary>Stores a change and tells of it, as a call of this process does.</summary>
    public async Task ChangeAsync(string name, Func<UserAccount, UserAccount> change)
    {
        await StoreAsync(name, change);
        await TellAsync(ObjectKind.User, name);
    }

    public async Task TellAsync(ObjectKind kind, params string[] names) =>
        await Changes.ChangedAsync([.. names.Select(name => new ObjectKey(kind, name))], Ct);

    public static async Task<bool> MayMakeAsync(SessionGrant grant, string path) =>
        VirtualPath.TryParse(path, VirtualPath.Root, out VirtualPath parsed)
        && (await grant.Files.CreateDirectoryAsync(parsed, null, Ct)).IsSuccess;

    public UserFileSystem FilesOf(UserAccount user)
    {
        PermissionSet.TryParse(user.Permissions, out PermissionSet allowed, out string error).ShouldBeTrue(error);
        Interlocked.Increment(ref _held);
        return new UserFileSystem(new UserFilesDefinition
        {
            Mounts = [new Mount { Path = VirtualPath.Root, Files = new MemoryFileSystem(new MemoryFileSystemOptions()), State = new MountState("user:" + user.UserName) }],
            Permissions = allowed,
            Source = new FileEventSource { UserName = user.UserName, Protocol = "SFTP" },
            Lease = new FileLease(this),
        });
    }

    public async ValueTask DisposeAsync()
    {
        await Changes.DisposeAsync();
        await _actors.DisposeAsync();
    }

    private sealed class FileLease(AccountsFixture fixture) : IDisposable
    {
        public void Dispose() => Interlocked.Decrement(ref fixture._held);
    }
}
