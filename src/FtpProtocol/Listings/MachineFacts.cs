using System.Text;

namespace Hpc.FtpProtocol.Listings;

/// <summary>Facts of MLSD and MLST (RFC 3659 §7.5), in the order in which they are sent.</summary>
[Flags]
internal enum MachineFacts
{
    /// <summary>None: names alone.</summary>
    None = 0,

    /// <summary>What the entry is.</summary>
    Type = 1,

    /// <summary>Bytes of a file.</summary>
    Size = 2,

    /// <summary>Last change of content.</summary>
    Modify = 4,

    /// <summary>What may be tried with it.</summary>
    Perm = 8,

    /// <summary>The same for all names of one file.</summary>
    Unique = 16,

    /// <summary>Permission bits.</summary>
    UnixMode = 32,

    /// <summary>Numeric owner.</summary>
    UnixOwner = 64,

    /// <summary>Numeric group.</summary>
    UnixGroup = 128,

    /// <summary>All of them, until OPTS MLST says otherwise.</summary>
    All = 255,
}

/// <summary>Facts by name.</summary>
internal static class MachineFactNames
{
    private static readonly (string Name, MachineFacts Fact)[] Names =
    [
        ("type", MachineFacts.Type),
        ("size", MachineFacts.Size),
        ("modify", MachineFacts.Modify),
        ("perm", MachineFacts.Perm),
        ("unique", MachineFacts.Unique),
        ("UNIX.mode", MachineFacts.UnixMode),
        ("UNIX.owner", MachineFacts.UnixOwner),
        ("UNIX.group", MachineFacts.UnixGroup),
    ];

    /// <summary>Those of a list <c>fact;fact;</c> that are known (RFC 3659 §7.9).</summary>
    public static MachineFacts Parse(string list)
    {
        MachineFacts facts = MachineFacts.None;
        foreach (Range part in list.AsSpan().Split(';'))
        {
            facts |= Find(list.AsSpan(part).Trim());
        }

        return facts;
    }

    /// <summary>The list of what is chosen, as OPTS MLST answers it.</summary>
    public static string List(MachineFacts facts)
    {
        var text = new StringBuilder();
        foreach ((string name, MachineFacts fact) in Names)
        {
            if (facts.HasFlag(fact))
            {
                text.Append(name).Append(';');
            }
        }

        return text.ToString();
    }

    /// <summary>All facts, those that are chosen with a star, as FEAT has them.</summary>
    public static string ListAll(MachineFacts facts)
    {
        var text = new StringBuilder();
        foreach ((string name, MachineFacts fact) in Names)
        {
            text.Append(name).Append(facts.HasFlag(fact) ? "*;" : ";");
        }

        return text.ToString();
    }

    private static MachineFacts Find(ReadOnlySpan<char> wanted)
    {
        foreach ((string name, MachineFacts fact) in Names)
        {
            if (wanted.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return fact;
            }
        }

        return MachineFacts.None;
    }
}
