namespace Hpc.Accounts.Objects;

/// <summary>What administrators may do (spec/03 §3.7).</summary>
public static class AdminPermissionNames
{
    /// <summary>Everything.</summary>
    public const string All = "*";

    /// <summary>Add users.</summary>
    public const string AddUsers = "add_users";

    /// <summary>Change users.</summary>
    public const string EditUsers = "edit_users";

    /// <summary>Remove users.</summary>
    public const string DeleteUsers = "del_users";

    /// <summary>See users.</summary>
    public const string ViewUsers = "view_users";

    /// <summary>See connections.</summary>
    public const string ViewConnections = "view_conns";

    /// <summary>End connections.</summary>
    public const string CloseConnections = "close_conns";

    /// <summary>See the server's state.</summary>
    public const string ViewStatus = "view_status";

    /// <summary>Administrators.</summary>
    public const string ManageAdmins = "manage_admins";

    /// <summary>Groups.</summary>
    public const string ManageGroups = "manage_groups";

    /// <summary>Virtual folders.</summary>
    public const string ManageFolders = "manage_folders";

    /// <summary>API keys.</summary>
    public const string ManageApiKeys = "manage_apikeys";

    /// <summary>Count what is in use.</summary>
    public const string QuotaScans = "quota_scans";

    /// <summary>Dumps, settings and confidential data.</summary>
    public const string ManageSystem = "manage_system";

    /// <summary>Lift bans.</summary>
    public const string ManageDefender = "manage_defender";

    /// <summary>See bans.</summary>
    public const string ViewDefender = "view_defender";

    /// <summary>Data retention.</summary>
    public const string RetentionChecks = "retention_checks";

    /// <summary>Of early versions; accepted, and without effect.</summary>
    public const string MetadataChecks = "metadata_checks";

    /// <summary>Search events.</summary>
    public const string ViewEvents = "view_events";

    /// <summary>Event actions and rules.</summary>
    public const string ManageEventRules = "manage_event_rules";

    /// <summary>Roles.</summary>
    public const string ManageRoles = "manage_roles";

    /// <summary>IP lists.</summary>
    public const string ManageIpLists = "manage_ip_lists";

    /// <summary>Switch the second factor of users off.</summary>
    public const string DisableMfa = "disable_mfa";

    /// <summary>Set <c>password_strength</c> and <c>password_policy</c> of users and groups. Not in other servers; part of <c>*</c>.</summary>
    public const string SetPasswordRules = "set_password_rules";

    /// <summary>All of them, <c>*</c> first.</summary>
    public static IReadOnlyList<string> Everything { get; } =
    [
        All, AddUsers, EditUsers, DeleteUsers, ViewUsers, ViewConnections, CloseConnections, ViewStatus, ManageAdmins, ManageGroups, ManageFolders, ManageApiKeys,
        QuotaScans, ManageSystem, ManageDefender, ViewDefender, RetentionChecks, MetadataChecks, ViewEvents, ManageEventRules, ManageRoles, ManageIpLists, DisableMfa, SetPasswordRules,
    ];
}
