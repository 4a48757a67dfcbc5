using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Services;

/// <summary>Every kind of object, and what is done to several.</summary>
public interface IAccountServices
{
    /// <summary>Users.</summary>
    IObjectService<User> Users { get; }

    /// <summary>Groups.</summary>
    IObjectService<Group> Groups { get; }

    /// <summary>Virtual folders.</summary>
    IObjectService<Folder> Folders { get; }

    /// <summary>Administrators.</summary>
    IObjectService<Admin> Admins { get; }

    /// <summary>Roles.</summary>
    IObjectService<Role> Roles { get; }

    /// <summary>API keys. The result of adding one has the whole key in <see cref="ApiKey.Key"/>, once.</summary>
    IObjectService<ApiKey> ApiKeys { get; }

    /// <summary>Shares, of all users; a context with a user sees its own alone.</summary>
    IObjectService<Share> Shares { get; }

    /// <summary>Networks.</summary>
    IObjectService<IpListEntry> IpLists { get; }

    /// <summary>Event actions.</summary>
    IObjectService<EventAction> EventActions { get; }

    /// <summary>Event rules.</summary>
    IObjectService<EventRule> EventRules { get; }

    /// <summary>Settings; the one object of its kind can be updated without being added.</summary>
    IObjectService<Configuration> Configurations { get; }

    /// <summary>Second factors of users and administrators.</summary>
    ISecondFactorService SecondFactors { get; }

    /// <summary>What users and administrators change about themselves.</summary>
    IProfileService Profiles { get; }

    /// <summary>New passwords by mail.</summary>
    IPasswordResetService PasswordResets { get; }
}
