namespace Hpc.Accounts.Objects.Validation;

/// <summary>Types of event actions (spec/08 §8.4).</summary>
internal static class EventActionTypes
{
    public const int Http = 1;
    public const int Command = 2;
    public const int Email = 3;
    public const int DataRetention = 8;
    public const int Filesystem = 9;
    public const int PasswordExpiration = 11;
    public const int IdpAccountCheck = 13;
    public const int UserInactivity = 14;
    public const int Last = 15;
}
