namespace Hpc.Accounts.Objects.Validation;

/// <summary>What is done to the names of objects (<c>naming_rules</c>, R9.15).</summary>
[Flags]
public enum NamingRules
{
    /// <summary>Only <c>a-z A-Z 0-9 - _ . ~</c>.</summary>
    None = 0,

    /// <summary>All characters but control characters, <c>/</c> and <c>\</c>.</summary>
    AllCharacters = 1,

    /// <summary>Names are made lower case.</summary>
    LowerCase = 2,

    /// <summary>Blanks at both ends are taken away.</summary>
    Trim = 4,

    /// <summary>What holds if nothing is configured.</summary>
    Default = AllCharacters | Trim,
}
