"""Reads files of weights as other frameworks wrote them, without those frameworks."""
