namespace Hpc.Accounts.KeyValue;

/// <summary>What a record of a journal says. The numbers stand in files and never change.</summary>
internal enum RecordKind : byte
{
    //  text: uint16 length, UTF-8        blob: uint32 length, bytes        key: uint8 kind, text name

    /// <summary>uint64 stamp that changes go on from, uint16 count, and for each kind: uint8 kind, int64 last number.</summary>
    State = 1,

    /// <summary>key, int64 number, int64 version, int64 stamp, text role, blob document, uint32 count of references, keys.</summary>
    Put = 2,

    /// <summary>key, int64 stamp.</summary>
    Delete = 3,

    /// <summary>key, uint8 field, int64 value.</summary>
    Activity = 4,

    /// <summary>text name, int64 end in Unix milliseconds, blob value.</summary>
    EphemeralPut = 5,

    /// <summary>text name.</summary>
    EphemeralRemove = 6,
}
