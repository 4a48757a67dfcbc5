using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;
using Hpc.Accounts.Services.Descriptors;

namespace Hpc.Accounts.Dumps;

/// <summary>The lists of a dump.</summary>
internal static class DumpSections
{
    /// <summary>The settings: no list, but treated as one of one.</summary>
    public const string Configurations = "configs";

    /// <summary>All of them; what is referred to comes before what refers to it.</summary>
    public static IReadOnlyList<DumpSection> All(ServiceEnvironment services) =>
    [
        new DumpSection<Configuration>(Configurations, new ConfigurationDescriptor(services), AccountsJson.Default.Configuration, services),
        new DumpSection<IpListEntry>("ip_lists", new IpListDescriptor(services), AccountsJson.Default.IpListEntry, services),
        new DumpSection<Role>("roles", new RoleDescriptor(services), AccountsJson.Default.Role, services),
        new DumpSection<Folder>("folders", new FolderDescriptor(services), AccountsJson.Default.Folder, services),
        new DumpSection<Group>("groups", new GroupDescriptor(services), AccountsJson.Default.Group, services),
        new DumpSection<User>("users", new UserDescriptor(services), AccountsJson.Default.User, services),
        new DumpSection<Admin>("admins", new AdminDescriptor(services), AccountsJson.Default.Admin, services),
        new DumpSection<ApiKey>("api_keys", new ApiKeyDescriptor(services), AccountsJson.Default.ApiKey, services),
        new DumpSection<Share>("shares", new ShareDescriptor(services), AccountsJson.Default.Share, services),
        new DumpSection<EventAction>("event_actions", new EventActionDescriptor(services), AccountsJson.Default.EventAction, services),
        new DumpSection<EventRule>("event_rules", new EventRuleDescriptor(services), AccountsJson.Default.EventRule, services),
    ];
}
