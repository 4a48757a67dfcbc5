namespace Hpc.Accounts.Usage;

/// <summary>Names of what is counted.</summary>
public static class UsageScope
{
    /// <summary>The files of a user's own tree, and what the user moves.</summary>
    public static string OfUser(string userName) => "user:" + userName;

    /// <summary>The files of a virtual folder.</summary>
    public static string OfFolder(string folderName) => "folder:" + folderName;
}
