namespace Hpc.Accounts.Objects.Validation;

/// <summary>Types of event actions (spec/08 §8.4).</summary>
public static class EventActionTypes
{
    /// <summary>An HTTP request.</summary>
    public const int Http = 1;

    /// <summary>A program.</summary>
    public const int Command = 2;

    /// <summary>Mail.</summary>
    public const int Email = 3;

    /// <summary>A dump of everything.</summary>
    public const int Backup = 4;

    /// <summary>Counts what users have in use.</summary>
    public const int UserQuotaReset = 5;

    /// <summary>Counts what folders have in use.</summary>
    public const int FolderQuotaReset = 6;

    /// <summary>Sets what users have moved to nothing.</summary>
    public const int TransferQuotaReset = 7;

    /// <summary>Removes old files.</summary>
    public const int DataRetention = 8;

    /// <summary>Renames, removes, makes and looks for files.</summary>
    public const int Filesystem = 9;

    /// <summary>Mail about passwords that end.</summary>
    public const int PasswordExpiration = 11;

    /// <summary>Makes and changes accounts at logins of an identity provider.</summary>
    public const int IdpAccountCheck = 13;

    /// <summary>Disables and removes users who have not come for long.</summary>
    public const int UserInactivity = 14;

    /// <summary>The last of them.</summary>
    public const int Last = 15;
}
