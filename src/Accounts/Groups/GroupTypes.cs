namespace Hpc.Accounts.Groups;

/// <summary>Values of <see cref="Objects.GroupMapping.Type"/>.</summary>
public static class GroupTypes
{
    /// <summary>Gives everything; a user has one at most.</summary>
    public const int Primary = 1;

    /// <summary>Gives what can be appended (R3.10).</summary>
    public const int Secondary = 2;

    /// <summary>Gives nothing.</summary>
    public const int Membership = 3;
}
