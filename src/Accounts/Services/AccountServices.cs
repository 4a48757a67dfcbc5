using Hpc.Accounts.Authentication;
using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Objects.Validation;
using Hpc.Accounts.Secrets;
using Hpc.Accounts.Services.Descriptors;
using Microsoft.Extensions.Logging;

namespace Hpc.Accounts.Services;

/// <summary>Every kind of object over one data provider.</summary>
public sealed class AccountServices : IAccountServices
{
    private readonly ServiceEnvironment _services;

    /// <summary>Opens nothing: the provider is open already.</summary>
    public AccountServices(
        IDataProvider provider,
        IPasswordHasher hasher,
        ISecretProtector protector,
        AccountServicesOptions options,
        TimeProvider time,
        ILogger<AccountServices> logger,
        IUsageFigures? usage = null,
        IReadOnlyList<IAccountChangeListener>? listeners = null,
        IObjectEventSink? events = null,
        IPasswordMailer? mailer = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _services = new()
        {
            Provider = provider,
            Hasher = hasher,
            Protector = protector,
            Options = options,
            Names = new NameRules(options.NamingRules),
            Time = time,
            Logger = logger,
            Usage = usage,
            Listeners = listeners ?? [],
            Events = events,
        };
        var users = new ObjectService<User>(new UserDescriptor(_services), _services);
        Users = users;
        Groups = new ObjectService<Group>(new GroupDescriptor(_services), _services);
        Folders = new ObjectService<Folder>(new FolderDescriptor(_services), _services);
        var admins = new ObjectService<Admin>(new AdminDescriptor(_services), _services);
        Admins = admins;
        Roles = new ObjectService<Role>(new RoleDescriptor(_services), _services);
        ApiKeys = new ObjectService<ApiKey>(new ApiKeyDescriptor(_services), _services);
        Shares = new ObjectService<Share>(new ShareDescriptor(_services), _services);
        IpLists = new ObjectService<IpListEntry>(new IpListDescriptor(_services), _services);
        EventActions = new ObjectService<EventAction>(new EventActionDescriptor(_services), _services);
        EventRules = new ObjectService<EventRule>(new EventRuleDescriptor(_services), _services);
        Configurations = new ObjectService<Configuration>(new ConfigurationDescriptor(_services), _services);
        var profiles = new ProfileService(users, admins, _services);
        Profiles = profiles;
        SecondFactors = new SecondFactorService(users, admins, _services);
        PasswordResets = new PasswordResetService(new ResettableAccounts(users, admins, _services), profiles, mailer, _services);
        UserUpkeep = new AccountUpkeep<User>(
            users, user => user.Password, (user, hash) => user with { Password = hash }, StoredFactor.Of, (user, factor) => factor.Into(user, user.UpdatedAt), _services);
        AdminUpkeep = new AccountUpkeep<Admin>(
            admins, admin => admin.Password, (admin, hash) => admin with { Password = hash }, StoredFactor.Of, (admin, factor) => factor.Into(admin, admin.UpdatedAt), _services);
    }

    /// <summary>What the services work with, for what is done to objects of all kinds at once.</summary>
    internal ServiceEnvironment Environment => _services;

    /// <inheritdoc/>
    public IObjectService<User> Users { get; }

    /// <inheritdoc/>
    public IObjectService<Group> Groups { get; }

    /// <inheritdoc/>
    public IObjectService<Folder> Folders { get; }

    /// <inheritdoc/>
    public IObjectService<Admin> Admins { get; }

    /// <inheritdoc/>
    public IObjectService<Role> Roles { get; }

    /// <inheritdoc/>
    public IObjectService<ApiKey> ApiKeys { get; }

    /// <inheritdoc/>
    public IObjectService<Share> Shares { get; }

    /// <inheritdoc/>
    public IObjectService<IpListEntry> IpLists { get; }

    /// <inheritdoc/>
    public IObjectService<EventAction> EventActions { get; }

    /// <inheritdoc/>
    public IObjectService<EventRule> EventRules { get; }

    /// <inheritdoc/>
    public IObjectService<Configuration> Configurations { get; }

    /// <inheritdoc/>
    public ISecondFactorService SecondFactors { get; }

    /// <inheritdoc/>
    public IProfileService Profiles { get; }

    /// <inheritdoc/>
    public IPasswordResetService PasswordResets { get; }

    /// <summary>What logins of users change.</summary>
    public IAccountUpkeep UserUpkeep { get; }

    /// <summary>What logins of administrators change.</summary>
    public IAccountUpkeep AdminUpkeep { get; }
}
